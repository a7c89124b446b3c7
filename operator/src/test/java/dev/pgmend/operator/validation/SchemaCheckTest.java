// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{provider: {connection: {secretRef: {name: shop}}}}",
        "{provider: {connection: {secretRef: {name: shop}, diskCapacity: 100Gi}}}",
        "{provider: {connection: {secretRef: {name: shop}}}, paused: true,"
            + " inspectionInterval: 1h30m}",
        "{provider: {connection: {secretRef: {name: shop}}},"
            + " databases: {include: [a], exclude: [b]},"
            + " learner: {resources: {limits: {cpu: 1, memory: 1Gi}}}}"
      })
  void acceptsAValidCluster(String spec) throws IOException {
    assertThat(problems("PgCluster", spec)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{selector: {}}",
        "{selector: {matchLabels: {a: b}, matchExpressions: [{key: k, operator: Exists}]}}",
        "{selector: {}, mode: Auto, priority: 5, actions: {Analyze: Never},"
            + " thresholds: {IndexBloat.minSavingPercent: '60'},"
            + " windows: [{schedule: '0 2 * * *', duration: 4h, timeZone: Europe/Vienna}],"
            + " budget: {perCluster: 1, maxIndexSize: 10Gi, maxActiveSessionsPerCore: 2,"
            + " maxBackupAge: 24h},"
            + " verification: {window: 5m, maxRegressionPercent: 5, rollback: false},"
            + " approvals: [shop-analyze-0123456789]}"
      })
  void acceptsAValidPolicy(String spec) throws IOException {
    assertThat(problems("TuningPolicy", spec)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{provider: {connection: {secretRef: {name: shop}}}, pause: true} | pause",
        "{provider: {connection: {secretref: {name: shop}}}} | secretref",
        "{provider: {cloudNativePG: {name: pg}}} | cloudNativePG",
        "{provider: {connection: {secretRef: {name: shop, key: k}}}} | key",
      })
  void namesAMisspelledField(String spec, String field) throws IOException {
    assertThat(problems("PgCluster", spec)).anySatisfy(p -> assertThat(p).contains(field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{provider: {connection: {secretRef: {name: shop}}}, paused: sometimes} | paused",
        "{provider: {connection: {secretRef: {name: 5}}}} | name",
        "{provider: {connection: {secretRef: {name: ''}}}} | name",
        "{provider: {connection: {secretRef: shop}}} | secretRef",
        "{provider: {connection: {secretRef: {name: s}}}, inspectionInterval: soon} | inspectionInterval",
        "{provider: {connection: {secretRef: {name: s}}}, databases: [shop]} | databases",
        "{provider: {connection: {secretRef: {name: s}, diskCapacity: large}}} | diskCapacity",
        "{provider: {connection: {}}} | secretRef",
        "{provider: null} | provider",
        "{} | provider",
      })
  void namesAFieldWithAWrongValue(String spec, String field) throws IOException {
    assertThat(problems("PgCluster", spec)).anySatisfy(p -> assertThat(p).contains(field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{selector: {}, mode: auto} | mode",
        "{selector: {}, actions: {Analyze: Sometimes}} | Analyze",
        "{selector: {}, priority: high} | priority",
        "{selector: {}, budget: {perCluster: 0}} | perCluster",
        "{selector: {}, budget: {minFreeDiskPercent: 101}} | minFreeDiskPercent",
        "{selector: {}, windows: [{schedule: '0 2 * * *'}]} | duration",
        "{selector: {}, windows: [{schedule: nightly, duration: 1h}]} | schedule",
        "{selector: {}, thresholds: {IndexBloat.minSavingPercent: 60}} | minSavingPercent",
        "{mode: Auto} | selector",
      })
  void namesAWrongFieldOfAPolicy(String spec, String field) throws IOException {
    assertThat(problems("TuningPolicy", spec)).anySatisfy(p -> assertThat(p).contains(field));
  }

  @Test
  void reportsProblemsInAFixedOrder() throws IOException {
    var spec = "{pause: true, provider: {connection: {}}, inspectionInterval: soon}";

    assertThat(problems("PgCluster", spec))
        .hasSize(3)
        .isSorted()
        .isEqualTo(problems("PgCluster", spec));
  }

  @Test
  void refusesAManifestWithoutSpec() throws IOException {
    assertThat(SchemaCheck.problems("PgCluster", yaml("{kind: PgCluster, metadata: {name: shop}}")))
        .anySatisfy(problem -> assertThat(problem).contains("spec"));
  }

  @Test
  void ignoresMetadata() throws IOException {
    assertThat(
            SchemaCheck.problems(
                "TuningPolicy",
                yaml(
                    "{apiVersion: pgmend.dev/v1alpha1, kind: TuningPolicy, metadata: {name: n,"
                        + " labels: {a: b}, annotations: {c: d}}, spec: {selector: {}}}")))
        .isEmpty();
  }

  @Test
  void ignoresOtherKinds() throws IOException {
    assertThat(SchemaCheck.problems("Secret", yaml("{kind: Secret, what: ever}"))).isEmpty();
  }

  private static List<String> problems(String kind, String spec) throws IOException {
    return SchemaCheck.problems(
        kind,
        yaml(
            "{apiVersion: pgmend.dev/v1alpha1, kind: %s, metadata: {name: shop}, spec: %s}"
                .formatted(kind, spec)));
  }

  private static JsonNode yaml(String text) throws IOException {
    return new YAMLMapper().readTree(text);
  }
}
