package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestsTest {
  private static final String REFRESH =
      "crds/manifests differs from the classes; if the change is meant, refresh it by:"
          + " mvn -pl crds test -Dtest=ManifestsTest -Dpgmend.manifests.write=true";

  @Test
  void theCommittedManifestsAreWhatTheClassesSay() throws IOException {
    Map<String, String> generated = Manifests.generate();
    assertThat(generated).hasSameSizeAs(Manifests.KINDS);
    if (Boolean.getBoolean("pgmend.manifests.write")) {
      write(generated);
    }
    for (var file : generated.entrySet()) {
      var committed = Manifests.FOLDER.resolve(file.getKey());
      assertThat(committed).as(REFRESH).exists();
      assertThat(Files.readString(committed)).as(REFRESH).isEqualTo(file.getValue());
    }
    try (var files = Files.list(Manifests.FOLDER)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .as("crds/manifests holds one file for each kind and nothing else")
          .containsExactlyInAnyOrderElementsOf(generated.keySet());
    }
  }

  @Test
  void theManifestsAreOnTheClassPath() {
    for (String file : Manifests.generate().keySet()) {
      assertThat(Api.class.getClassLoader().getResource(Api.MANIFESTS + file)).isNotNull();
    }
  }

  private static void write(Map<String, String> generated) throws IOException {
    Files.createDirectories(Manifests.FOLDER);
    for (var file : generated.entrySet()) {
      Files.writeString(Manifests.FOLDER.resolve(file.getKey()), file.getValue());
    }
  }
}
