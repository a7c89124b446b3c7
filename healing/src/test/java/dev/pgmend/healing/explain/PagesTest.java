// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Detectors;
import dev.pgmend.healing.repair.Repairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static final Path DOCS = Path.of("..", "docs");

  private static final String REFRESH =
      "docs/findings or docs/repairs differs from the classes; if the change is meant, write them by:"
          + " mvn -pl healing test -Dtest=PagesTest -Dpgmend.docs.write=true";

  @Test
  void committedPagesAreThoseThatClassesDeclare() throws IOException {
    var generated = Pages.files();
    if (Boolean.getBoolean("pgmend.docs.write")) {
      for (var file : generated.entrySet()) {
        var path = DOCS.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    }
    for (var file : generated.entrySet()) {
      var committed = DOCS.resolve(file.getKey());
      assertThat(committed).as(REFRESH).exists();
      assertThat(Files.readString(committed)).as(REFRESH).isEqualTo(file.getValue());
    }
    for (var folder : List.of("findings", "repairs")) {
      try (var files = Files.list(DOCS.resolve(folder))) {
        assertThat(files.map(path -> folder + "/" + path.getFileName()))
            .as("docs/%s holds a page of each and nothing else", folder)
            .allMatch(generated::containsKey);
      }
    }
  }

  @Test
  void everyFindingIsExplainedInFull() {
    for (var detector : Detectors.all()) {
      var documentation = detector.documentation();
      assertThat(
              List.of(
                  documentation.meaning(),
                  documentation.measurement(),
                  documentation.severity(),
                  documentation.remedy(),
                  documentation.reproduction(),
                  documentation.limits()))
          .as(detector.name())
          .noneMatch(String::isBlank);
      assertThat(documentation.evidence()).as(detector.name()).isNotEmpty();
      assertThat(Repairs.byType().keySet()).containsAll(documentation.repairs());
    }
  }

  @Test
  void everyRepairIsNamedByAFinding() {
    assertThat(Detectors.all())
        .flatExtracting(detector -> detector.documentation().repairs())
        .containsAll(Repairs.byType().keySet());
  }

  @Test
  void findsPageInAnyCaseAndSuggestsNearestName() {
    assertThat(Pages.page("indexbloat")).hasValueSatisfying(p -> assertThat(p).contains("# Index"));
    assertThat(Pages.page("Vacuum")).hasValueSatisfying(p -> assertThat(p).contains("VACUUM"));
    assertThat(Pages.page("IndexBlot")).isEmpty();
    assertThat(Pages.nearest("IndexBlot")).hasValue("IndexBloat");
    assertThat(Pages.nearest("xyz")).isEmpty();
  }
}
