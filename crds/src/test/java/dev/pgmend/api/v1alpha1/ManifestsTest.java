// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestsTest {
  private static final List<Path> FOLDERS = List.of(Manifests.FOLDER, Manifests.CHART);

  private static final String REFRESH =
      "crds/manifests or helm/pgmend/crds differs from the classes; if the change is meant, refresh it by:"
          + " mvn -pl crds test -Dtest=ManifestsTest -Dpgmend.manifests.write=true";

  @Test
  void theCommittedManifestsAreWhatTheClassesSay() throws IOException {
    Map<String, String> generated = Manifests.generate();
    assertThat(generated).hasSameSizeAs(Manifests.KINDS);
    if (Boolean.getBoolean("pgmend.manifests.write")) {
      write(generated);
    }
    for (var folder : FOLDERS) {
      for (var file : generated.entrySet()) {
        var committed = folder.resolve(file.getKey());
        assertThat(committed).as(REFRESH).exists();
        assertThat(Files.readString(committed)).as(REFRESH).isEqualTo(file.getValue());
      }
      try (var files = Files.list(folder)) {
        assertThat(files.map(path -> path.getFileName().toString()))
            .as("%s holds one file for each kind and nothing else", folder)
            .containsExactlyInAnyOrderElementsOf(generated.keySet());
      }
    }
  }

  @Test
  void theManifestsAreOnTheClassPath() {
    for (String file : Manifests.generate().keySet()) {
      assertThat(Api.class.getClassLoader().getResource(Api.MANIFESTS + file)).isNotNull();
    }
  }

  private static void write(Map<String, String> generated) throws IOException {
    for (var folder : FOLDERS) {
      Files.createDirectories(folder);
      for (var file : generated.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
    }
  }
}
