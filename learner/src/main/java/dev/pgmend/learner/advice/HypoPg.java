// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.workload.PlanCapture;
import dev.pgmend.learner.workload.StatementLoad;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Plans the statement with a hypothetical index of HypoPG. Such an index exists only in this
 * session and takes no space.
 */
final class HypoPg implements WhatIf {
  private final Session session;
  private final PlanCapture plans;
  private final StatementLoad load;
  private final String schema;

  private HypoPg(Session session, PlanCapture plans, StatementLoad load, String schema) {
    this.session = session;
    this.plans = plans;
    this.load = load;
    this.schema = schema;
  }

  /** Empty if HypoPG is not installed in this database. */
  static Optional<WhatIf> of(
      Session session, ServerFacts facts, PlanCapture plans, StatementLoad load) {
    return facts.schemaOf("hypopg").map(schema -> new HypoPg(session, plans, load, schema));
  }

  @Override
  public Optional<PlanDag> with(IndexCandidate candidate) throws SQLException {
    var definition =
        "CREATE INDEX ON %s (%s)"
            .formatted(
                Identifiers.quote(candidate.schema(), candidate.relation()),
                Identifiers.quoteAll(candidate.columns()));
    var index =
        session.queryOne(
            "SELECT indexrelid::bigint, indexname FROM %s.hypopg_create_index(?)".formatted(schema),
            row -> new Hypothetical(row.getLong(1), row.getString(2)),
            definition);
    try {
      var plan = plans.capture(load);
      return plan.operators().stream().anyMatch(operator -> operator.index().equals(index.name()))
          ? Optional.of(plan)
          : Optional.empty();
    } finally {
      session.queryOne(
          "SELECT %s.hypopg_drop_index(?::oid)".formatted(schema),
          row -> row.getBoolean(1),
          index.oid());
    }
  }

  @Override
  public String source() {
    return "HypoPG and model";
  }

  private record Hypothetical(long oid, String name) {}
}
