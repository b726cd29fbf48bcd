"""`jackfield simulate`: providers on loopback for other programs."""

import errno
from socket import gaierror
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from jackfield import registry
from jackfield.cli.terminal import console, none_installed
from jackfield.errors import UsageError

if TYPE_CHECKING:
    from jackfield.testing import Simulator


def simulate(
    *providers: str,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on; 0 takes any free one.")] = 0,
    pace: Annotated[float, Parameter(help="Seconds between the events of a stream.")] = 0.02,
) -> None:
    """Serve simulated providers on this machine until Ctrl-C.

    Real HTTP, simulated answers: no model is asked and nothing leaves this machine.

    Parameters
    ----------
    providers
        Their ids; all that are installed if none is given.
    """
    from jackfield.testing import serve

    chosen = providers or tuple(registry.installed())
    if not chosen:
        msg = none_installed()
        raise UsageError(msg)
    try:
        serve(chosen, host=host, port=port, pace_s=pace, ready=_announce)
    except KeyboardInterrupt:
        console(stderr=True).print("stopped", style="dim")
    except (OSError, OverflowError) as error:
        foreign = isinstance(error, gaierror) or getattr(error, "errno", None) == errno.EADDRNOTAVAIL
        step = f"choose another --host: {host} is no address of this machine" if foreign else "--port 0"
        msg = f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}; next: {step}"
        raise UsageError(msg) from error


def _announce(simulator: "Simulator") -> None:
    out, err = console(), console(stderr=True)
    err.print("Simulated providers; answers are made by rule. Ctrl-C stops. In another shell:", style="dim")
    for line in environment(simulator):
        out.print(line, soft_wrap=True)
    out.file.flush()


def environment(simulator: "Simulator") -> list[str]:
    """Shell lines that point programs at a simulator."""
    lines: list[str] = []
    for provider, url in simulator.base_urls.items():
        info = registry.load(provider).info
        values = simulator.settings_of(provider)
        lines += [f"export {variable}={url}" for variable in info.base_url_variables[:1]]
        lines += [
            f"export {one.variables[0]}={values[one.name]}"
            for one in info.settings
            if one.name in values and one.variables
        ]
        if not info.base_url_variables:
            lines.append(f"# {provider}: base_url={url}")
    return lines
