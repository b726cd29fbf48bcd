"""The same question to everybody who is installed: nothing but the provider's name changes."""

import jackfield
from jackfield import JackfieldError


def main() -> None:
    """Ask the first model of each provider that has its key, and say why the others were left out."""
    for provider, plugin in jackfield.providers().items():  # from metadata: nothing is imported yet
        print(f"{provider} ({plugin.distribution} {plugin.version})")
        try:
            with jackfield.Client(provider) as client:
                models = [one for one in client.list_models() if "text" in (one.output_types or ("text",))]
                result = client.generate("Say hello.", model=models[0].id, max_tokens=200)
        except JackfieldError as error:  # no key, a broken plugin, a provider that is down: the others go on
            print(f"  left out: {error}")
        else:
            print(f"  {models[0].id}: {result.text}")


if __name__ == "__main__":
    main()
