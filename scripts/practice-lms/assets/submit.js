// Sends the page's one form by itself; its button stays for browsers without JavaScript.
document.querySelector('form').submit();
