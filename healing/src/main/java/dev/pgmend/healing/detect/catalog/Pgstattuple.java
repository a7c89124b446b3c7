// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.catalog;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.postgres.Identifiers;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one of the functions of the extension pgstattuple measures of relations; nothing if the
 * extension is not installed, this role must not call the function, or a relation is too large.
 *
 * @param maxRead how much one inspection reads
 * @param maxObjectSize above which a relation is not read
 */
public record Pgstattuple(
    Inspection inspection,
    PageReadings readings,
    Threshold<Long> maxRead,
    Threshold<Long> maxObjectSize,
    Optional<PageReadings.Reader> reader) {
  /** Default amount that detectors read in one inspection. */
  public static final long MAX_READ_BYTES = 512 * ByteSize.MB;

  /** The largest relation that detectors read unless a policy sets another size. */
  public static final long MAX_OBJECT_BYTES = 2 * ByteSize.GB;

  /**
   * @param function that takes a relation
   * @param columns of its result, all numbers
   */
  public static Pgstattuple of(
      Inspection inspection,
      String function,
      List<String> columns,
      Threshold<Long> maxRead,
      Threshold<Long> maxObjectSize)
      throws SQLException {
    var readings =
        inspection
            .memory()
            .part(
                maxRead.detector() + "/" + inspection.database(),
                PageReadings.class,
                PageReadings::new);
    var schema = inspection.facts().extensions().get("pgstattuple");
    return new Pgstattuple(
        inspection,
        readings,
        maxRead,
        maxObjectSize,
        schema != null && mayCall(inspection, schema, function)
            ? Optional.of(reader(inspection, Identifiers.quote(schema, function), columns))
            : Optional.empty());
  }

  /** Reads what has changed, as much of it as one inspection may. */
  public void refresh(List<PageReadings.Pages> relations) throws SQLException, InspectionException {
    if (reader.isPresent()) {
      readings.refresh(
          inspection,
          relations.stream().filter(this::isReadable).toList(),
          inspection.thresholds().get(maxRead),
          reader.get());
    }
  }

  /** Reads one though it may have been read a moment ago. */
  public void readAgain(PageReadings.Pages pages) throws SQLException {
    if (reader.isPresent() && isReadable(pages)) {
      readings.read(inspection, pages, reader.get());
    }
  }

  public Optional<Map<String, Double>> figures(PageReadings.Pages pages) {
    return reader.isPresent() ? readings.figures(pages) : Optional.empty();
  }

  private boolean isReadable(PageReadings.Pages pages) {
    return pages.readBytes() <= inspection.thresholds().get(maxObjectSize);
  }

  private static PageReadings.Reader reader(
      Inspection inspection, String function, List<String> columns) {
    var sql =
        "SELECT %s FROM pg_class c, %s(c.oid::regclass) WHERE c.oid = ?"
            .formatted(String.join(", ", columns), function);
    return oid ->
        inspection
            .session()
            .queryFirst(
                sql,
                row -> {
                  var figures = new HashMap<String, Double>();
                  for (var column : columns) {
                    figures.put(column, row.getDouble(column));
                  }
                  return Map.copyOf(figures);
                },
                oid);
  }

  /** Checks the catalog, because naming a function in a schema without USAGE is an error. */
  private static boolean mayCall(Inspection inspection, String schema, String function)
      throws SQLException {
    return inspection
        .session()
        .queryFirst(
            """
            SELECT has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
              FROM pg_proc p
              JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = ? AND p.proname = ? AND p.pronargs = 1
               AND p.proargtypes[0] = 'regclass'::regtype
            """,
            row -> row.getBoolean(1),
            schema,
            function)
        .orElse(false);
  }
}
