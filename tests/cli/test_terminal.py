"""`jackfield chat` on a terminal: streaming, the spinner, Ctrl-C, colours, and conversations."""

import json
from pathlib import Path

import pytest
from tests.cli.processes import Terminal, environment, jackfield, untraced

from jackfield import loads
from jackfield.testing import Fault, Simulator

REASONING = ("-m", "groq:openai/gpt-oss-20b")
PLAIN = ("-m", "groq:llama-3.3-70b-versatile")
HIDE_CURSOR, DIM, BOLD = "\x1b[?25l", "\x1b[2m", "\x1b[1m"


def test_it_streams(groq: Simulator) -> None:
    """The first words are on the screen while the simulator still holds back the last ones."""
    groq.pace_s = 0.2
    with Terminal("chat", "Write 500 words.", *PLAIN, env=environment(groq)) as terminal:
        terminal.until("words")
        assert len(terminal.text.split()) < 400


def test_a_spinner_turns_until_the_first_token(groq: Simulator) -> None:
    """It names the model, and is gone from the line when the answer begins."""
    groq.always = Fault(latency_s=0.6)
    with Terminal("chat", "Say hello.", *PLAIN, env=environment(groq)) as terminal:
        terminal.until("waiting for groq:llama-3.3-70b-versatile")
        assert terminal.finish() == 0
        assert terminal.text.rstrip().endswith("Hello.")
        assert "\x1b[2K" in terminal.raw.rpartition("Hello")[0]


def test_no_spinner_in_a_pipe(groq: Simulator) -> None:
    """A pipe sees neither the spinner nor an escape sequence, on standard error neither."""
    groq.always = Fault(latency_s=0.4)
    done = jackfield("chat", "Say hello.", *PLAIN, env=environment(groq))
    assert (done.out, done.err) == ("Hello.\n", "")


def test_reasoning_is_dimmed_and_set_apart(groq: Simulator) -> None:
    """Reasoning comes first, dimmed, on lines of its own."""
    with Terminal("chat", "Why is the sky blue?", *REASONING, env=environment(groq)) as terminal:
        assert terminal.finish() == 0
        before, _, answer = terminal.text.partition("\n\nThis is a simulated reply")
        assert "thinking: The prompt is about sky, blue." in before
        assert answer
        assert f"{DIM}The" in terminal.raw


def test_no_color_leaves_no_colour(groq: Simulator) -> None:
    """With NO_COLOR nothing is coloured, and the reasoning can still be told from the answer."""
    env = environment(groq, NO_COLOR="1")
    with Terminal("chat", "Why is the sky blue?", *REASONING, env=env) as terminal:
        assert terminal.finish() == 0
        assert "thinking: " in terminal.text
        assert "\x1b[3" not in terminal.raw.replace("\x1b[2;3m", "").replace("\x1b[3m", "")


def test_a_dumb_terminal_gets_plain_text(groq: Simulator) -> None:
    """TERM=dumb knows no escape sequence, and gets none."""
    with Terminal("chat", "Why is the sky blue?", *REASONING, env=environment(groq, TERM="dumb")) as terminal:
        assert terminal.finish() == 0
        assert "\x1b" not in terminal.raw


def test_control_characters_of_a_model_do_not_reach_the_terminal(groq: Simulator) -> None:
    """A model's text cannot rename the window or move the cursor; a pipe gets it unchanged."""
    evil = 'Say "a\x1b]0;owned\x07b".'
    with Terminal("chat", evil, *PLAIN, env=environment(groq)) as terminal:
        assert terminal.finish() == 0
        assert "A\ufffd]0;owned\ufffdb" in terminal.text
        assert "\x1b]" not in terminal.raw
    assert jackfield("chat", evil, *PLAIN, env=environment(groq)).out == "A\x1b]0;owned\x07b.\n"


def test_ctrl_c_keeps_what_came(groq: Simulator) -> None:
    """The reply stops, the screen keeps it, the connection is closed, the exit code is that of an interrupt."""
    groq.pace_s = 0.05
    with Terminal("chat", "Write 5000 words.", *PLAIN, env=untraced(environment(groq))) as terminal:
        terminal.until("simulated words")
        terminal.press("\x03")
        assert terminal.finish() == 130
        assert "jackfield: interrupted" in terminal.text
        assert "Traceback" not in terminal.text, terminal.text


def test_ctrl_c_while_waiting(groq: Simulator) -> None:
    """Before the first token, too."""
    groq.always = Fault(latency_s=20)
    with Terminal("chat", "Hi.", *PLAIN, env=untraced(environment(groq))) as terminal:
        terminal.until("waiting for")
        terminal.until_true(lambda: bool(groq.requests))  # an import that is interrupted leaves its file to a warning
        terminal.press("\x03")
        assert terminal.finish() == 130
        assert "Traceback" not in terminal.text, terminal.text


def test_ctrl_c_with_json_gives_the_partial_reply(groq: Simulator) -> None:
    """A script that is interrupted still gets an object, which says so and holds what came, if anything did."""
    groq.pace_s = 0.02
    with Terminal("chat", "Write 5000 words.", *PLAIN, "--json", env=untraced(environment(groq))) as terminal:
        terminal.until_true(lambda: bool(groq.requests))
        terminal.interrupt()
        assert terminal.finish() == 130
        record, _ = json.JSONDecoder().raw_decode(terminal.text[terminal.text.index("{") :])
        assert record["error"] == {"type": "KeyboardInterrupt", "message": "interrupted", "exit_code": 130}
        assert "simulated words follow".startswith(record.get("text", "")[:20])


def test_a_conversation(groq: Simulator, tmp_path: Path) -> None:
    """Without a question a conversation begins: turns are remembered, written down, and forgotten when told to."""
    saved = tmp_path / "talk.json"
    with Terminal("chat", *REASONING, env=environment(groq)) as terminal:
        terminal.until("> ")
        terminal.press("My cat is called Manfred.\n")
        terminal.until("simulated reply to “My cat is called Manfred.”")
        terminal.press("What is my cat called?\n")
        terminal.until("Before that you wrote “My cat is called Manfred.”")
        terminal.press(f"/save {saved}\n")
        terminal.until("4 messages written")
        terminal.press(f"/save {saved}\n")
        terminal.until("File exists")
        terminal.press("/nonsense\n")
        terminal.until("there is no command /nonsense")
        terminal.press("/new\n")
        terminal.until("a new conversation")
        terminal.press("Say hello.\n")
        terminal.until("Hello.\n")
        terminal.until("> ")
        terminal.press("\x04")
        assert terminal.finish() == 0
    assert [message.role for message in loads(saved.read_text("utf-8"))] == ["user", "assistant"] * 2
    assert len(groq.requests[-1].json["messages"]) == 1


def test_a_conversation_survives_errors_and_ctrl_c(groq: Simulator) -> None:
    """A failed or stopped reply ends neither the program nor the conversation; what came of it is remembered."""
    with Terminal("chat", *PLAIN, env=untraced(environment(groq))) as terminal:
        terminal.until("> ")
        groq.faults.append(Fault(status=401))
        terminal.press("Hi.\n")
        terminal.until("next: check the key")
        groq.pace_s = 0.05
        terminal.press("Write 5000 words.\n")
        terminal.until("simulated words")
        terminal.press("\x03")
        terminal.until("what came is kept")
        groq.pace_s = 0
        terminal.press("Say goodbye.\n")
        terminal.until("Goodbye.")
        terminal.press("/quit\n")
        assert terminal.finish() == 0
    roles = [message["role"] for message in groq.requests[-1].json["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert "simulated words" in groq.requests[-1].json["messages"][1]["content"]


@pytest.mark.parametrize("keys", ["\x04", "/quit\n"])
def test_leaving_at_once(keys: str, groq: Simulator) -> None:
    """Ctrl-D and /quit leave without a word being sent."""
    with Terminal("chat", *PLAIN, env=environment(groq)) as terminal:
        terminal.until("> ")
        terminal.press(keys)
        assert terminal.finish() == 0
    assert groq.requests == []
