"""`jackfield demo`: the same program against every installed provider, over real sockets, with simulated answers."""

import time
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from jackfield import registry
from jackfield.cli.exits import Exit, explain
from jackfield.cli.terminal import console, none_installed, printable, say
from jackfield.client import Client
from jackfield.errors import JackfieldError, PluginError, ProviderError, UsageError

if TYPE_CHECKING:
    from jackfield.testing import Simulator

_NO_SIMULATOR = 501
"""What the simulator answers for a plugin without the optional hook `simulate`."""


def demo(
    *providers: str,
    pace: Annotated[float, Parameter(help="Seconds between the events of a stream.")] = 0.02,
) -> int:
    """Watch every installed provider at work, simulated: no key, no network.

    Real requests go over real sockets to a simulator on this machine, and answers in the provider's own format come
    back; what they say is made by rule. The program is the same for every provider, only its name changes.

    Parameters
    ----------
    providers
        Their ids; all that are installed if none is given.
    """
    from jackfield.testing import Simulator

    chosen = [*providers] or _working()
    if not chosen:
        msg = none_installed()
        raise UsageError(msg)
    out = console()
    out.print("jackfield demo: SIMULATED", style="bold", soft_wrap=True)
    out.print(
        "The sockets, requests and wire formats are real. The answers come from a simulator on this machine:\n"
        "no model is asked, no key is used, nothing leaves this machine.",
        soft_wrap=True,
    )
    begun = time.perf_counter()
    with Simulator(*chosen, pace_s=pace) as simulator:
        faults = [fault for provider in chosen for fault in _tour(simulator, provider)]
    answered, seconds = len(simulator.requests), time.perf_counter() - begun
    out.print()
    out.print(
        f"{', '.join(chosen)}: {answered} HTTP requests, {seconds:.1f} s; all of it simulated.",
        style="bold",
        soft_wrap=True,
    )
    for fault in faults:
        say(f"jackfield: {fault}", style="red")
    return Exit.PROVIDER if faults else Exit.OK


def _working() -> list[str]:
    """The providers whose plugin works; the others are named and left out."""
    working: list[str] = []
    for provider in registry.installed():
        try:
            registry.load(provider)
        except PluginError as error:
            say(f"left out: {explain(error)[1]}", style="dim")
        else:
            working.append(provider)
    return working


def _tour(simulator: "Simulator", provider: str) -> list[str]:
    """Every step with one provider; what failed."""
    from jackfield.cli.demo_steps import STEPS, Stage

    url = simulator.base_urls[provider]
    out = console()
    faults: list[str] = []
    with Client(provider, base_url=url, settings=simulator.settings_of(provider)) as client:
        out.print()
        out.print(f"━━ {client.info.name} ━━", style="bold cyan", soft_wrap=True)
        out.print(f"simulated at {url}", style="dim", soft_wrap=True)
        stage = Stage(client, out)
        for number, (title, step) in enumerate(STEPS, 1):
            out.print(f"{number}. {title}", style="bold", soft_wrap=True)
            try:
                step(stage)
            except JackfieldError as error:
                if isinstance(error, ProviderError) and error.status == _NO_SIMULATOR:
                    out.print("   left out: its plugin has no simulator", style="yellow", soft_wrap=True)
                    break
                line = explain(error)[1]
                out.print(f"   failed: {printable(line)}", style="red", soft_wrap=True)
                faults.append(f"{provider}, {title.lower()}: {line}")
                if not stage.models:
                    break  # every further step would say that there is no model to ask
    return faults
