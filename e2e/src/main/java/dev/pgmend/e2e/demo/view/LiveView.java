// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import dev.pgmend.e2e.demo.story.DemoResult;
import dev.pgmend.e2e.demo.story.FaultProgress;
import dev.pgmend.e2e.demo.story.Snapshot;
import dev.pgmend.e2e.demo.story.View;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/** Redraws in place on a terminal. Only changes are written, so nothing flickers. */
public final class LiveView implements View {
  private final Terminal terminal;
  private final Attributes attributes;
  private final Display display;
  private final Screen screen;
  private final List<String> otherFindings = new ArrayList<>();
  private boolean ended;

  /** Draws below the terminal's existing content until it is closed. */
  public LiveView() throws IOException {
    // The JVM handles signals: on Ctrl-C its shutdown hooks clean up.
    terminal = TerminalBuilder.builder().system(true).nativeSignals(false).build();
    attributes = terminal.getAttributes();
    var quiet = new Attributes(attributes);
    quiet.setLocalFlag(Attributes.LocalFlag.ECHO, false);
    terminal.setAttributes(quiet);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
    display = new Display(terminal, false);
    screen = new Screen(StandardCharsets.UTF_8.equals(terminal.encoding()));
  }

  @Override
  public void step(Snapshot now) {
    draw(now);
  }

  @Override
  public void note(Snapshot now) {
    draw(now);
  }

  @Override
  public void detail(Snapshot now) {
    draw(now);
  }

  @Override
  public void fault(Snapshot now, FaultProgress progress) {
    draw(now);
  }

  @Override
  public void otherFinding(Snapshot now, OperatorEvent.Finding finding) {
    otherFindings.add("also found: " + finding.summary());
    draw(now);
  }

  @Override
  public void operatorLine(String line) {}

  @Override
  public void load(Snapshot now) {
    draw(now);
  }

  @Override
  public void result(DemoResult result) {
    restore();
    var writer = terminal.writer();
    writer.println();
    Report.lines(result).forEach(writer::println);
    terminal.flush();
  }

  @Override
  public void close() {
    restore();
    try {
      terminal.close();
    } catch (IOException e) {
      // The terminal is closed, so there is nothing to restore.
      return;
    }
  }

  private synchronized void draw(Snapshot now) {
    if (ended) {
      return;
    }
    var columns = Math.max(1, terminal.getWidth());
    // The last row stays free for the cursor, otherwise the terminal scrolls.
    var rows = Math.max(1, terminal.getHeight() - 1);
    display.resize(terminal.getHeight(), columns);
    var lines = new ArrayList<>(screen.draw(now, columns - 1, rows));
    otherFindings.stream()
        .limit(Math.max(0, rows - lines.size()))
        .map(text -> new AttributedString(text).columnSubSequence(0, columns - 1))
        .forEach(lines::add);
    display.update(lines, -1);
  }

  /** Keeps what was drawn and puts the cursor below it. */
  private synchronized void restore() {
    if (ended) {
      return;
    }
    ended = true;
    terminal.puts(Capability.cursor_visible);
    terminal.writer().println();
    terminal.setAttributes(attributes);
    terminal.flush();
  }
}
