"""A mail server for tests (Debian's aiosmtpd) that writes what it takes to its standard output.

smtp.py PORT plain
smtp.py PORT starttls|tls CERTIFICATE KEY USER PASSWORD
"""
import asyncio
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

# Tests try what it complains about.
logging.getLogger('mail.log').setLevel(logging.CRITICAL + 1)
warnings.simplefilter('ignore')


class Written:
    # Nobody is "nadie", and there is no room for "lleno".
    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        refusals = {'nadie': '550 5.1.1 User unknown', 'lleno': '452 4.2.2 Mailbox full'}
        if address.split('@')[0] in refusals:
            return refusals[address.split('@')[0]]
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, _server, _session, envelope):
        print('---------- MESSAGE FOLLOWS ----------')
        print(envelope.content.decode())
        print('------------ END MESSAGE ------------')
        return '250 OK'


def arguments(port, mode, certificate=None, key=None, user=None, password=None):
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    return int(port), mode, context, user, password


async def serve(port, mode, context, user, password):
    def authenticate(_server, _session, _envelope, _mechanism, data):
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    def protocol():
        if mode == 'plain':
            return SMTP(Written(), hostname='localhost')  # its own name would be asked of a name server
        return SMTP(Written(), hostname='localhost', tls_context=context if mode == 'starttls' else None, require_starttls=mode == 'starttls',
                    authenticator=authenticate, auth_required=True, auth_require_tls=mode == 'starttls')

    server = await asyncio.get_running_loop().create_server(protocol, '127.0.0.1', port, ssl=context if mode == 'tls' else None)
    await server.serve_forever()


asyncio.run(serve(*arguments(*sys.argv[1:])))
