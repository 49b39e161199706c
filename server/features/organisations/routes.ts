// Administrators name their organisation and its help line; operators do so for any.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { decideOrganisation } from '../../domain/organisation-settings.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { changeOrganisation } from './actions.ts';
import { organisationPage, organisationsPage } from './pages.ts';
import { findOptionalOrganisationFor, listOrganisations } from './queries.ts';
import { OrganisationForm, OrganisationParams, OrganisationQuery } from './schemas.ts';

type Place = { id: string; path: string };

export const organisations: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  app.get('/admin/organisation', { schema: { querystring: OrganisationQuery }, config: { access: ['administrator'] } }, async (request, reply) =>
    show(request, reply, ownPlace(request), request.query));

  app.post('/admin/organisation', { schema: { body: OrganisationForm }, config: { access: ['administrator'] } }, async (request, reply) =>
    change(request, reply, ownPlace(request), request.body));

  app.get('/admin/organisations', { config: { access: ['operator'] } }, async (request, reply) =>
    reply.page(organisationsPage({ at: request.at, organisations: await listOrganisations(sql) })));

  app.get('/admin/organisations/:organisation', { schema: { params: OrganisationParams, querystring: OrganisationQuery }, config: { access: ['operator'] } }, async (request, reply) =>
    show(request, reply, placeOf(request.params.organisation), request.query));

  app.post('/admin/organisations/:organisation', { schema: { params: OrganisationParams, body: OrganisationForm }, config: { access: ['operator'] } }, async (request, reply) =>
    change(request, reply, placeOf(request.params.organisation), request.body));

  async function show({ at, viewer }: FastifyRequest, reply: FastifyReply, { id, path }: Place, { notice }: Static<typeof OrganisationQuery>) {
    const organisation = await findOptionalOrganisationFor(sql, viewer, id);
    if (!organisation) throw new NotFound();
    return reply.page(organisationPage({
      at, path, organisationName: organisation.name, values: { name: organisation.name, ...organisation.help }, errors: {},
      programmeHelp: programmes.current.programme.help, saved: notice === 'changed',
    }));
  }

  async function change(request: FastifyRequest, reply: FastifyReply, { id, path }: Place, form: Static<typeof OrganisationForm>) {
    const { at, viewer, now } = request;
    const decision = decideOrganisation(form);
    if (!decision.good) {
      const organisation = await findOptionalOrganisationFor(sql, viewer, id);
      if (!organisation) throw new NotFound();
      return reply.code(422).page(organisationPage({ at, path, organisationName: organisation.name, values: form, errors: decision.errors, programmeHelp: programmes.current.programme.help }));
    }
    if (!(await changeOrganisation(sql, viewer, id, decision.settings, now))) throw new NotFound();
    return reply.redirect(at(`${path}?notice=changed`), 303);
  }
};

function ownPlace({ viewer }: FastifyRequest): Place {
  if (!viewer.organisation) throw new NotFound();
  return { id: viewer.organisation.id, path: '/admin/organisation' };
}

function placeOf(id: string): Place {
  return { id, path: `/admin/organisations/${id}` };
}
