// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import dev.pgmend.healing.verify.Verdict;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;

/**
 * The effects of one type of action in similar cases of one type of finding.
 *
 * @param outcomes number of measured outcomes; at least 1
 * @param meanPercent mean change of the affected statements' time
 * @param spread sum of the squared differences from that mean (Welford 1962)
 * @param errors sum of the squared standard errors of the measurements
 */
public record Pattern(
    String findingType,
    String actionType,
    long outcomes,
    long successes,
    long failures,
    double meanPercent,
    double spread,
    double errors,
    Instant lastSeen) {
  /** Half the width of a 95% interval in standard errors. */
  private static final double STANDARD_ERRORS = 1.959964;

  static Pattern of(String findingType, String actionType, Verdict verdict, Instant at) {
    double error = (verdict.highPercent() - verdict.lowPercent()) / (2 * STANDARD_ERRORS);
    return new Pattern(
        findingType,
        actionType,
        1,
        verdict.decision() == Verdict.Decision.IMPROVED ? 1 : 0,
        verdict.decision() == Verdict.Decision.REGRESSED ? 1 : 0,
        // A pattern counts change of time, where negative is better.
        -verdict.improvementPercent(),
        0,
        error * error,
        at);
  }

  /** Merges two patterns (Chan, Golub and LeVeque 1983). */
  Pattern with(Pattern other) {
    double all = outcomes + other.outcomes;
    double apart = other.meanPercent - meanPercent;
    return new Pattern(
        findingType,
        actionType,
        outcomes + other.outcomes,
        successes + other.successes,
        failures + other.failures,
        meanPercent + apart * other.outcomes / all,
        spread + other.spread + apart * apart * outcomes * other.outcomes / all,
        errors + other.errors,
        lastSeen.isAfter(other.lastSeen) ? lastSeen : other.lastSeen);
  }

  /** Whether both are about the same action for the same finding. */
  boolean isLike(Pattern other) {
    return findingType.equals(other.findingType) && actionType.equals(other.actionType);
  }

  /** The variance of one outcome: between outcomes and of the measurement. */
  double variance() {
    return (spread + errors) / outcomes;
  }

  /** The precision of the mean, one over its variance. */
  double confidence() {
    return outcomes / Math.max(variance(), Double.MIN_NORMAL);
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(findingType);
    out.writeUTF(actionType);
    out.writeLong(outcomes);
    out.writeLong(successes);
    out.writeLong(failures);
    out.writeDouble(meanPercent);
    out.writeDouble(spread);
    out.writeDouble(errors);
    out.writeLong(lastSeen.getEpochSecond());
    out.writeInt(lastSeen.getNano());
  }

  static Pattern read(DataInput in) throws IOException {
    return new Pattern(
        in.readUTF(),
        in.readUTF(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        Instant.ofEpochSecond(in.readLong(), in.readInt()));
  }
}
