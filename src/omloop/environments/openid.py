"""OpenID Connect, as far as Omloop trusts it: discovery, the code for a token, the token's every claim.

Follows OpenID Connect Core 1.0 (3.1.3.7) and Discovery 1.0 (4.3). Only the signed ID token says who somebody
is; nothing else that a provider tells is asked or read.
"""

import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

import jwt
import requests

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that the provider alone has; never `none`, nor one by a secret that others know too."""
CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce"]
LEEWAY = 60
"""Seconds that the provider's clock may differ."""
LONGEST_SUBJECT = 255


class ProviderRefused(Exception):
    """What the provider said is not accepted; `why` is a word of `WORDS` in `sign_in_words`."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why, self.detail = why, detail


@dataclass(frozen=True)
class Discovery:
    """Where a provider does what."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    takes_basic: bool


def discover(session: requests.Session, issuer: str) -> Discovery:
    """Ask the provider where it does what; raises ProviderRefused."""
    found = _json(session, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise ProviderRefused("issuer", str(found.get("issuer")))
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Discovery(
        authorization_endpoint=_address(found, "authorization_endpoint", issuer),
        token_endpoint=_address(found, "token_endpoint", issuer),
        jwks_uri=_address(found, "jwks_uri", issuer),
        takes_basic="client_secret_basic" in methods,
    )


def authorization_address(discovery: Discovery, **asked: str) -> str:
    """Where the browser goes to be asked who it is: by code, for the scope `openid` and no other."""
    endpoint = discovery.authorization_endpoint
    query = urlencode({"response_type": "code", "scope": "openid", "code_challenge_method": "S256", **asked})
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"


def exchange(
    session: requests.Session,
    discovery: Discovery,
    *,
    client_id: str,
    secret: str,
    code: str,
    verifier: str,
    redirect_uri: str,
) -> str:
    """The ID token for a code; raises ProviderRefused."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    basic = None
    if discovery.takes_basic:
        basic = (quote_plus(client_id), quote_plus(secret))
    else:
        form |= {"client_id": client_id, "client_secret": secret}
    answer = _json(session, "POST", discovery.token_endpoint, data=form, auth=basic)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise ProviderRefused("no_token", str(answer.get("error", "")))
    return token


def subject_of(
    session: requests.Session, discovery: Discovery, token: str, *, issuer: str, client_id: str, nonce: str
) -> str:
    """Whom the token names, once all of it is checked; raises ProviderRefused."""
    claims = _claims(token, _key(session, discovery, token), issuer, client_id)
    audience, party = claims["aud"], claims.get("azp")
    if party not in (None, client_id) or (isinstance(audience, list) and len(audience) > 1 and not party):
        raise ProviderRefused("audience")
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise ProviderRefused("nonce")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\0" in subject:
        raise ProviderRefused("malformed", "sub")
    return subject


def _key(session: requests.Session, discovery: Discovery, token: str) -> jwt.PyJWK:
    """The provider's public key by which the token says it is signed."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise ProviderRefused("malformed", "id_token") from error
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise ProviderRefused("signature", f"alg {algorithm}")
    keys = _json(session, "GET", discovery.jwks_uri).get("keys")
    offered = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    fitting = [key for key in offered if key.get("use", "sig") == "sig" and name in (None, key.get("kid"))]
    for key in fitting:
        try:
            return jwt.PyJWK(key, algorithm if key.get("kty") != "oct" else None)
        except jwt.PyJWTError:
            continue  # Not a key for this algorithm.
    raise ProviderRefused("signature", "no such key")


def _claims(token: str, key: jwt.PyJWK, issuer: str, client_id: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY,
            options={"require": CLAIMS, "enforce_minimum_key_length": True},
        )
    except jwt.InvalidAudienceError as error:
        raise ProviderRefused("audience") from error
    except jwt.InvalidIssuerError as error:
        raise ProviderRefused("issuer") from error
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
        raise ProviderRefused("expired") from error
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError, jwt.InvalidKeyError) as error:
        raise ProviderRefused("signature") from error
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ProviderRefused("malformed", str(error)) from error
    return claims


def _json(session: requests.Session, method: str, url: str, **more: Any) -> dict[str, Any]:
    try:
        response = session.request(method, url, headers={"Accept": "application/json"}, **more)
        response.raise_for_status()
    except requests.RequestException as error:
        raise ProviderRefused("unreachable", str(error)) from error
    try:
        answer = response.json()
    except (ValueError, RecursionError) as error:
        raise ProviderRefused("malformed", "JSON") from error
    if not isinstance(answer, dict):
        raise ProviderRefused("malformed", "JSON")
    return answer


def _address(found: dict[str, Any], name: str, issuer: str) -> str:
    """An address that is as safe as the issuer's own."""
    address = found.get(name)
    scheme = f"{issuer.partition('://')[0]}://"
    if not isinstance(address, str) or not address.startswith(("https://", scheme)):
        raise ProviderRefused("malformed", name)
    return address
