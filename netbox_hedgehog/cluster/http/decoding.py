"""The body of a success, as data of the form that was asked for."""

import msgspec

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.http.transport import Answer, Transport

__all__ = ("decode",)


def decode[T](
    transport: Transport, path: str, answer: Answer, form: type[T], wrong: ErrorCode = ErrorCode.BAD_ANSWER
) -> T:
    """Decode the body of an answer.

    Args:
        transport: Where the answer came from, for the error.
        path: What was asked for, for the error.
        answer: The answer.
        form: The type to decode into, as msgspec takes it.
        wrong: The error code for JSON of another form.

    Raises:
        ClusterError: ``not_kubernetes`` if the body is not JSON, ``answer_cut`` if the JSON is broken, ``wrong`` if it
            has another form or is nested too deep.
    """
    facts = {**transport.target.facts, "path": path}
    try:
        return msgspec.json.decode(answer.body, type=form)
    except RecursionError:
        raise ClusterError(wrong, f"{path}: the answer is nested too deep to be read", facts=facts) from None
    except msgspec.ValidationError as error:
        raise ClusterError(wrong, f"{path}: {error}", facts=facts) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if "json" in kind:
            raise ClusterError(ErrorCode.ANSWER_CUT, f"{path}: {error}", facts=facts) from None
        message = f"{path} was answered with {kind or 'data of no type'}, not with JSON: {_start(answer.body)}"
        raise ClusterError(ErrorCode.NOT_KUBERNETES, message, facts=facts) from None


def _start(body: bytes) -> str:
    text = " ".join(body[:1000].decode("utf-8", "replace").split())
    return text if len(text) <= 100 else f"{text[:100]}…"
