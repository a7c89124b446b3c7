// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.scene;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Prints the progress of the test: a line per event, as text or as JSON. */
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

  /** The time since the test began. */
  public Duration elapsed() {
    return Duration.between(began, clock.instant());
  }

  /** Prints that a stage begins. */
  public void begins(String title) {
    print("", event("stage").put("title", title), title);
  }

  /** Prints that a stage passed. */
  public void passed(String title, String seen, Duration took) {
    print(
        "",
        event("passed").put("title", title).put("result", seen).put("took", seconds(took)),
        "  %s (%.1f s)".formatted(seen, seconds(took)));
  }

  /** Prints a note. */
  public void note(String text) {
    print("", event("note").put("text", text), "  " + text);
  }

  /** Prints a table as the command shows it. */
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

  /** Prints the result of the test. */
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
