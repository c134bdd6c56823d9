from django.core import signing


class BadLink(ValueError):
    """Nobody of the mill has made this link."""


def make(address):
    return signing.Signer(salt="mill.links").sign(address)


def address_of(link):
    try:
        return signing.Signer(salt="mill.links").unsign(link)
    except signing.BadSignature as error:
        raise BadLink from error
