"""A mail server for tests (Debian's aiosmtpd) that writes what it takes to its standard output.

smtp.py PORT plain
smtp.py PORT starttls|tls CERTIFICATE KEY USER PASSWORD [TOKENS]

TOKENS: the beginning of an address that says whose a token is; with it XOAUTH2 is the only way in.
"""
import asyncio
import base64
import json
import logging
import ssl
import sys
import urllib.parse
import urllib.request
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


# Gmail's and Outlook's way: "user=...\1auth=Bearer ...\1\1".
class ByToken(Written):
    def __init__(self, tokens):
        self.tokens = tokens

    def owner(self, token):
        with urllib.request.urlopen(self.tokens + urllib.parse.quote(token, safe='')) as answer:
            said = json.load(answer)
        return said['username'] if said['active'] == 'true' else None

    async def auth_XOAUTH2(self, server, args):
        answer = base64.b64decode(args[1]) if len(args) > 1 else await server.challenge_auth('')
        said = dict(part.split('=', 1) for part in answer.decode().split('\1') if part)
        owner = await asyncio.to_thread(self.owner, said['auth'].removeprefix('Bearer '))
        return AuthResult(success=owner == said['user'], handled=False, auth_data=owner)


def arguments(port, mode, certificate=None, key=None, user=None, password=None, tokens=None):
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    return int(port), mode, context, user, password, tokens


async def serve(port, mode, context, user, password, tokens):
    def authenticate(_server, _session, _envelope, _mechanism, data):
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    def protocol():
        if mode == 'plain':
            return SMTP(Written(), hostname='localhost')  # its own name would be asked of a name server
        handler, refused = (ByToken(tokens), ['PLAIN', 'LOGIN']) if tokens else (Written(), [])
        return SMTP(handler, hostname='localhost', auth_exclude_mechanism=refused, tls_context=context if mode == 'starttls' else None, require_starttls=mode == 'starttls',
                    authenticator=authenticate, auth_required=True, auth_require_tls=mode == 'starttls')

    server = await asyncio.get_running_loop().create_server(protocol, '127.0.0.1', port, ssl=context if mode == 'tls' else None)
    await server.serve_forever()


asyncio.run(serve(*arguments(*sys.argv[1:])))
