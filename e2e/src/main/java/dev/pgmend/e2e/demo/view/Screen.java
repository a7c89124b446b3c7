// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import dev.pgmend.e2e.demo.story.FaultProgress;
import dev.pgmend.e2e.demo.story.Snapshot;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.operator.Phase;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Draws the state of the demo as lines that fit a terminal. */
final class Screen {
  private static final int BAR = 10;
  private static final int PERCENT = 100;
  private static final int NAME_COLUMN = 2;
  private static final int TARGET_COLUMN = 20;
  private static final int BAR_COLUMN = 27;
  private static final int FOUND_COLUMN = 66;
  private static final String[] EIGHTHS = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle BOLD = PLAIN.bold();
  private static final AttributedStyle FAINT = PLAIN.faint();
  private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle BUSY = PLAIN.foreground(AttributedStyle.CYAN);
  private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);

  private final boolean unicode;

  /**
   * @param unicode whether the terminal supports Unicode
   */
  Screen(boolean unicode) {
    this.unicode = unicode;
  }

  /** Draws at most as many lines as the terminal has rows, none wider than the terminal. */
  List<AttributedString> draw(Snapshot now, int columns, int rows) {
    var diagnosis = now.diagnosis().map(d -> diagnosis(d, columns)).orElse(List.of());
    var lines = faults(now, true);
    if (lines.size() + diagnosis.size() > rows) {
      // Without the messages there is room for the plan.
      lines = faults(now, diagnosis.isEmpty());
    }
    lines.addAll(diagnosis);
    return lines.stream().limit(rows).map(line -> fit(line, columns)).toList();
  }

  private List<AttributedString> faults(Snapshot now, boolean withMessages) {
    var lines = new ArrayList<AttributedString>();
    lines.add(header(now));
    lines.add(AttributedString.EMPTY);
    for (var progress : now.faults()) {
      lines.add(faultLine(progress));
      lines.add(actionLine(progress));
      if (withMessages) {
        lines.add(messageLine(progress));
      }
    }
    lines.add(AttributedString.EMPTY);
    lines.add(workload(now));
    return lines;
  }

  /** The plan of a slow statement, with the operators of the cut highlighted. */
  private static List<AttributedString> diagnosis(OperatorEvent.Diagnosis diagnosis, int columns) {
    var lines = new ArrayList<AttributedString>();
    lines.add(AttributedString.EMPTY);
    lines.add(
        new AttributedStringBuilder()
            .styled(BOLD, "plan  ")
            .append(PlanWords.head(diagnosis) + ": ")
            .styled(FAINT, Words.ascii(diagnosis.statement()))
            .toAttributedString());
    var plan = PlanWords.plan(diagnosis, columns);
    for (int i = 0; i < plan.size(); i++) {
      lines.add(new AttributedString(plan.get(i), diagnosis.plan().get(i).marked() ? BAD : PLAIN));
    }
    lines.add(new AttributedString(PlanWords.cut(diagnosis), FAINT));
    return lines;
  }

  private AttributedString header(Snapshot now) {
    var line =
        new AttributedStringBuilder()
            .styled(BOLD, "pgmend demo")
            .styled(FAINT, "  " + Words.clock(now.elapsed()) + "  ")
            .styled(BUSY, now.step().title());
    return (now.detail().isEmpty() ? line : line.styled(FAINT, "  " + now.detail()))
        .toAttributedString();
  }

  private AttributedString faultLine(FaultProgress progress) {
    var line = new AttributedStringBuilder();
    line.styled(markStyle(progress), mark(progress));
    to(line, NAME_COLUMN).styled(BOLD, progress.fault().title());
    to(line, TARGET_COLUMN).append(progress.fault().shortTarget());
    to(line, FOUND_COLUMN);
    if (progress.found()) {
      line.append(progress.foundAfter().map(d -> "found " + Words.seconds(d)).orElse(""));
    } else if (progress.broken()) {
      line.styled(BAD, "broken");
    }
    return line.toAttributedString();
  }

  private AttributedString actionLine(FaultProgress progress) {
    var line = new AttributedStringBuilder();
    if (progress.action().isPresent()) {
      var action = progress.action().get();
      var style = phaseStyle(action.phase());
      to(to(line, NAME_COLUMN).append(action.type()), BAR_COLUMN)
          .styled(style, bar(percent(action)))
          .styled(style, " " + action.phase().name());
    } else if (progress.broken()) {
      to(line, NAME_COLUMN).styled(FAINT, progress.fault().cause());
    }
    return line.toAttributedString();
  }

  private static AttributedString messageLine(FaultProgress progress) {
    var line = to(new AttributedStringBuilder(), NAME_COLUMN);
    if (progress.action().isEmpty()) {
      return line.styled(FAINT, Words.found(progress)).toAttributedString();
    }
    var outcome = Words.outcome(progress);
    if (!outcome.isEmpty()) {
      return line.append(outcome).toAttributedString();
    }
    var action = progress.action().get();
    var news = action.message().isEmpty() ? Words.found(progress) : action.message();
    return line.styled(action.phase().ended() ? BAD : FAINT, news).toAttributedString();
  }

  private AttributedString workload(Snapshot now) {
    var line = new AttributedStringBuilder();
    now.load()
        .ifPresent(
            load -> line.styled(load.errors() == 0 ? PLAIN : BAD, "workload  " + Words.load(load)));
    return line.toAttributedString();
  }

  private AttributedString fit(AttributedString line, int columns) {
    if (line.columnLength() <= columns) {
      return line;
    }
    var dots = unicode ? "…" : "...";
    return columns <= dots.length()
        ? line.columnSubSequence(0, columns)
        : new AttributedStringBuilder()
            .append(line.columnSubSequence(0, columns - dots.length()))
            .append(dots)
            .toAttributedString();
  }

  private static int percent(OperatorEvent.Action action) {
    return switch (action.phase()) {
      case Proposed, AwaitingApproval, Scheduled, Cancelled, Superseded, Expired -> 0;
      case Running, RollingBack, Failed -> action.progressPercent().orElse(0);
      case Verifying, Succeeded, RolledBack -> PERCENT;
    };
  }

  private String bar(int percent) {
    if (!unicode) {
      var full = percent * BAR / PERCENT;
      return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }
    var eighths = percent * BAR * EIGHTHS.length / PERCENT;
    var bar = "█".repeat(eighths / EIGHTHS.length) + EIGHTHS[eighths % EIGHTHS.length];
    return "▕" + bar + " ".repeat(BAR - bar.length()) + "▏";
  }

  private String mark(FaultProgress progress) {
    var phase = progress.phase();
    if (phase.filter(p -> p == Phase.Succeeded).isPresent()) {
      return unicode ? "✓" : "+";
    }
    if (phase.filter(Phase::ended).isPresent()) {
      return unicode ? "✗" : "x";
    }
    if (!progress.broken()) {
      return " ";
    }
    return unicode ? "●" : "*";
  }

  private static AttributedStyle markStyle(FaultProgress progress) {
    return progress.phase().map(Screen::phaseStyle).orElse(BAD);
  }

  private static AttributedStyle phaseStyle(Phase phase) {
    return switch (phase) {
      case Succeeded -> GOOD;
      case Failed, RolledBack, RollingBack, Cancelled, Superseded, Expired -> BAD;
      case Proposed, AwaitingApproval, Scheduled, Running, Verifying -> BUSY;
    };
  }

  /** Pads the line to a column, by at least one space. */
  private static AttributedStringBuilder to(AttributedStringBuilder line, int column) {
    var spaces = column - line.columnLength();
    return line.append(" ".repeat(Math.max(line.columnLength() == 0 ? 0 : 1, spaces)));
  }
}
