package dev.pgmend.healing.detect.integrity;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A B-tree whose keys are out of order or that misses rows of its table, and a table whose pages
 * are broken: seen by the extension amcheck.
 *
 * <p>To read everything takes hours, so each inspection reads some and the next goes on after it,
 * from the table checked longest ago; what was found broken is looked at each time. An index is
 * only worth rebuilding from a table that is sound: where the table is broken too a rebuild would
 * lose rows for good, and where its keys are no longer unique it would fail.
 */
@AutoService(Detector.class)
public final class CorruptIndex implements Detector {
  public static final String NAME = "CorruptIndex";

  /** Evidence of a broken index: whether it can be rebuilt from its table. */
  public static final String REBUILDABLE = "rebuildable";

  private static final long READ_BYTES = 512 * ByteSize.MB;
  private static final long MAX_OBJECT_BYTES = ByteSize.GB;
  private static final double SECONDS = 5;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var extension = inspection.facts().schemaOf("amcheck");
    if (extension.isEmpty()) {
      return List.of(
          missing(
              inspection,
              "Tables and indexes can't be checked for damage without the extension amcheck",
              "CREATE EXTENSION amcheck"));
    }
    var amcheck = Amcheck.in(inspection.session(), extension.get());
    var grant = amcheck.missingGrant();
    if (grant.isPresent()) {
      return List.of(
          missing(
              inspection,
              "Tables and indexes can't be checked for damage without a right",
              grant.get()));
    }
    return round(inspection, amcheck);
  }

  /** Only the table in question is read, and all of it. */
  @Override
  public Optional<Finding> lookAgain(Inspection inspection, Finding known) throws SQLException {
    var target = known.target();
    var extension = inspection.facts().schemaOf("amcheck");
    if (target.relation().isEmpty() || extension.isEmpty()) {
      return Detector.super.lookAgain(inspection, known);
    }
    var table = CheckedTable.named(inspection.session(), target.schema(), target.relation());
    if (table.isEmpty()) {
      return Optional.empty();
    }
    var amcheck = Amcheck.in(inspection.session(), extension.get());
    var findings =
        new TableCheck(inspection, amcheck, maxObjectBytes(inspection))
            .check(table.get())
            .findings();
    return DetectorFailure.again(known, findings);
  }

  private static List<Finding> round(Inspection inspection, Amcheck amcheck) throws SQLException {
    var thresholds = inspection.thresholds();
    var budget = thresholds.bytes(NAME + ".readBytes", READ_BYTES);
    var until = System.nanoTime() + (long) (thresholds.number(NAME + ".seconds", SECONDS) * 1e9);
    var check = new TableCheck(inspection, amcheck, maxObjectBytes(inspection));
    var rounds = new CheckRound(inspection.memory(), inspection.database());
    var findings = new ArrayList<Finding>();
    var read = 0L;
    for (var table : rounds.next(inspection.session())) {
      if (read >= budget || System.nanoTime() > until || inspection.deadline().passed()) {
        break;
      }
      var result = check.check(table);
      read += result.readBytes();
      findings.addAll(result.findings());
      rounds.checked(table, !result.findings().isEmpty());
    }
    return findings;
  }

  private static long maxObjectBytes(Inspection inspection) {
    return inspection.thresholds().bytes(NAME + ".maxObjectBytes", MAX_OBJECT_BYTES);
  }

  private static Finding missing(Inspection inspection, String what, String mend) {
    return new Finding(
        NAME,
        Severity.INFO,
        Target.object(inspection.database(), "extension", "amcheck"),
        what + ": " + mend,
        Map.of("grant", mend));
  }
}
