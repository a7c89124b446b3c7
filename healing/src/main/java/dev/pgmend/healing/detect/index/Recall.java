// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import dev.pgmend.healing.detect.index.NearestNeighbours.Answer;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Share of the nearest neighbours that an index finds, from the searches so far. */
final class Recall {
  private static final Duration VALID_FOR = Duration.ofDays(1);

  /** It is measured again after more than this share of rows is new. */
  private static final double MAX_NEW_SHARE = 0.1;

  final VectorIndex index;
  final long thoroughness;
  final Instant since;

  /** The index was rebuilt for this before, and it did not help. */
  final boolean rebuilt;

  final List<Probe> probes = new ArrayList<>();
  final Map<Long, List<Answer>> more = new LinkedHashMap<>();

  Recall(VectorIndex index, long thoroughness, Instant since, boolean rebuilt) {
    this.index = index;
    this.thoroughness = thoroughness;
    this.since = since;
    this.rebuilt = rebuilt;
  }

  boolean isOf(VectorIndex now, long thoroughnessNow, Instant at) {
    return now.fileNode() == index.fileNode()
        && thoroughnessNow == thoroughness
        && Math.abs(now.rows() - index.rows()) <= MAX_NEW_SHARE * index.rows()
        && at.isBefore(since.plus(VALID_FOR));
  }

  double share() {
    return share(probes.stream().map(Probe::answer).toList());
  }

  static double share(List<Answer> answers) {
    return answers.stream().mapToDouble(Answer::found).sum()
        / Math.max(1, answers.stream().mapToDouble(Answer::wanted).sum());
  }

  static double ms(List<Answer> answers) {
    return answers.stream().mapToDouble(Answer::ms).average().orElse(0);
  }

  /** A row that was searched for, and what the index found with the present settings. */
  record Probe(String ctid, List<Double> exact, Answer answer) {}

  /** A more thorough search that finds enough. */
  record Remedy(long thoroughness, double share, double slower) {}

  /**
   * Searches until the number of searches is reached, or the time is over.
   *
   * @param end as System.nanoTime() gives it
   */
  void measure(Session session, int searches, long end) throws SQLException {
    var left = searches - probes.size();
    if (left <= 0) {
      return;
    }
    var neighbours = new NearestNeighbours(session, index);
    for (var ctid : neighbours.sample(left)) {
      if (!neighbours.usable(ctid)) {
        return;
      }
      var exact = neighbours.exactly(ctid);
      if (exact.size() > 1) {
        probes.add(new Probe(ctid, exact, neighbours.through(ctid, exact, thoroughness)));
      }
      if (System.nanoTime() > end) {
        return;
      }
    }
  }

  /** The least thorough search that finds enough; what was tried before is not tried again. */
  Optional<Remedy> remedy(Session session, double minRecall, long end) throws SQLException {
    var neighbours = new NearestNeighbours(session, index);
    var max = index.maxThoroughness();
    for (var value = thoroughness; value < max; ) {
      value = Math.min(2 * value, max);
      var answers = more.get(value);
      if (answers == null) {
        answers = new ArrayList<>();
        for (var probe : probes) {
          answers.add(neighbours.through(probe.ctid, probe.exact, value));
        }
        more.put(value, answers);
      }
      var share = share(answers);
      if (share >= minRecall) {
        var before = ms(probes.stream().map(Probe::answer).toList());
        return Optional.of(new Remedy(value, share, ms(answers) / before));
      }
      if (System.nanoTime() > end) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
