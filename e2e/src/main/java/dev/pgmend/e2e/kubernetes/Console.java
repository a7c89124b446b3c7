package dev.pgmend.e2e.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Tells how the test goes: a line per event, for people or as JSON. */
public final class Console {
  private static final double MS_PER_SECOND = 1_000;

  private final PrintWriter out;
  private final boolean json;
  private final InstantSource clock;
  private final Instant began;

  public Console(PrintWriter out, boolean json, InstantSource clock) {
    this.out = out;
    this.json = json;
    this.clock = clock;
    this.began = clock.instant();
  }

  /** Since the begin. */
  public Duration elapsed() {
    return Duration.between(began, clock.instant());
  }

  /** A stage begins. */
  public void begins(String title) {
    print("", event("stage").put("title", title), title);
  }

  /** A stage was passed. */
  public void passed(String title, String seen, Duration took) {
    print(
        "",
        event("passed").put("title", title).put("seen", seen).put("took", seconds(took)),
        "  %s (%.1f s)".formatted(seen, seconds(took)));
  }

  /** Something worth a line. */
  public void note(String text) {
    print("", event("note").put("text", text), "  " + text);
  }

  /** A table as the command line shows it. */
  public void table(String command, String table) {
    if (json) {
      print("", event("table").put("command", command).put("table", table), "");
      return;
    }
    out.println();
    out.println("  $ " + command);
    table.lines().forEach(line -> out.println("  " + line));
    out.println();
    out.flush();
  }

  /** The end. */
  public void result(boolean ok, ObjectNode facts, String text) {
    print("\n", event("result").put("ok", ok).setAll(facts), text);
  }

  private ObjectNode event(String name) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("event", name)
        .put("seconds", seconds(elapsed()));
  }

  private void print(String before, Object node, String text) {
    if (json) {
      out.println(node);
    } else {
      out.print(before);
      out.println(String.format(Locale.ROOT, "%6.1f s  %s", seconds(elapsed()), text));
    }
    out.flush();
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / MS_PER_SECOND;
  }
}
