// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;

/** Measures the statements that a repair concerns, before it and after it. */
public final class Verifier {
  /** More would only add statements too small to matter, and length to the record. */
  private static final int MAX_STATEMENTS_PER_SIDE = 25;

  private final StatementHistory history;

  public Verifier(StatementHistory history) {
    this.history = history;
  }

  /**
   * Measures the window before a repair, and by what ran in it chooses what is compared.
   *
   * @param target of the repair: statements that touch its relation are affected; of a setting all
   *     are, and there is no control
   * @param others relations that other repairs work on at the time, quoted and qualified; what
   *     touches them is left out of the control, since their effect is not ours
   */
  public Measurement before(
      Session session,
      ServerFacts facts,
      Target target,
      Collection<String> others,
      Instant from,
      Instant to)
      throws SQLException {
    var intervals = history.between(from, to);
    var totals = totals(intervals);
    if (totals.isEmpty() || facts.schemaOf("pg_stat_statements").isEmpty()) {
      return new Measurement(from, to, List.of(), List.of(), List.of());
    }
    var texts = AffectedStatements.textsOf(session, facts, List.copyOf(totals.keySet()));
    var ours = AffectedStatements.namesOf(session, target.qualifiedRelation().stream().toList());
    var theirs = AffectedStatements.namesOf(session, others);
    for (var relation : target.qualifiedRelation().stream().toList()) {
      theirs.addAll(AffectedStatements.neighboursOf(session, relation));
    }
    var everything = !target.parameter().isEmpty();
    var affected =
        largest(
            totals,
            texts,
            true,
            text -> everything ? !text.touchesAny(theirs) : text.touchesAny(ours));
    var control =
        largest(
            totals,
            texts,
            false,
            text -> !everything && !text.touchesAny(ours) && !text.touchesAny(theirs));
    var statements = new ArrayList<>(affected);
    statements.addAll(control);
    return measured(from, to, intervals, statements, statements);
  }

  /** Measures the window after a repair, of the same statements as before it. */
  public Measurement after(Measurement before, Instant from, Instant to) {
    var intervals = history.between(from, to);
    var totals = totals(intervals);
    var statements =
        before.statements().stream()
            .map(s -> {
              var work = totals.getOrDefault(s.queryId(), new Interval.Work(0, 0));
              var mean = work.calls() == 0 ? 0 : work.meanMs();
              return new Measurement.Statement(
                  s.queryId(), s.query(), s.affected(), work.calls(), mean);
            })
            .toList();
    return measured(from, to, intervals, statements, before.statements());
  }

  private static Measurement measured(
      Instant from,
      Instant to,
      List<Interval> intervals,
      List<Measurement.Statement> statements,
      List<Measurement.Statement> reference) {
    return new Measurement(
        from,
        to,
        statements,
        series(
            intervals, reference, Measurement.Statement::affected, Measurement.Statement::changeTo),
        series(
            intervals,
            reference,
            s -> !s.affected(),
            (s, meanMs) -> Math.log(meanMs / s.meanMs())));
  }

  /**
   * Per interval the mean change over the statements that ran in it, weighted by their share of the
   * time before. Being relative to each statement's own past, it does not move when only the mix of
   * statements does.
   */
  private static List<Double> series(
      List<Interval> intervals,
      List<Measurement.Statement> reference,
      Predicate<Measurement.Statement> side,
      ToDoubleBiFunction<Measurement.Statement, Double> change) {
    var series = new ArrayList<Double>();
    for (var interval : intervals) {
      double weights = 0;
      double sum = 0;
      for (var statement : reference) {
        var work = interval.byQueryId().get(statement.queryId());
        if (work != null && work.ms() > 0 && side.test(statement)) {
          weights += statement.totalMs();
          sum += statement.totalMs() * change.applyAsDouble(statement, work.meanMs());
        }
      }
      if (weights > 0) {
        series.add(sum / weights);
      }
    }
    return series;
  }

  private static Map<Long, Interval.Work> totals(List<Interval> intervals) {
    var totals = new HashMap<Long, Interval.Work>();
    for (var interval : intervals) {
      interval.byQueryId().forEach((id, work) -> totals.merge(id, work, Interval.Work::plus));
    }
    return totals;
  }

  private static List<Measurement.Statement> largest(
      Map<Long, Interval.Work> totals,
      Map<Long, AffectedStatements.Text> texts,
      boolean affected,
      Predicate<AffectedStatements.Text> wanted) {
    return totals.entrySet().stream()
        .filter(e -> e.getValue().ms() > 0)
        .filter(e -> texts.containsKey(e.getKey()))
        .filter(e -> {
          var text = texts.get(e.getKey());
          return text != null && text.isWork() && wanted.test(text);
        })
        .sorted(
            Comparator.comparingDouble((Map.Entry<Long, Interval.Work> e) -> e.getValue().ms())
                .reversed())
        .limit(MAX_STATEMENTS_PER_SIDE)
        .map(e -> statement(e.getKey(), e.getValue(), texts, affected))
        .collect(Collectors.toList());
  }

  private static Measurement.Statement statement(
      long id, Interval.Work work, Map<Long, AffectedStatements.Text> texts, boolean affected) {
    var text = texts.get(id);
    var query = text == null ? "" : text.shortened();
    return new Measurement.Statement(id, query, affected, work.calls(), work.meanMs());
  }
}
