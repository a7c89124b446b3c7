// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ApiReferenceTest {
  private static final Path PAGE = Path.of("../docs/reference/api.md");

  @Test
  void pageIsGeneratedFromTheCrds() throws IOException {
    var generated = ApiReference.generate();
    if (Boolean.getBoolean("pgmend.manifests.write")) {
      Files.writeString(PAGE, generated);
    }
    assertThat(Files.readString(PAGE))
        .as(
            "docs/reference/api.md differs from the CRDs; to write it, run:"
                + " mvn -pl crds test -Dtest=ApiReferenceTest -Dpgmend.manifests.write=true")
        .isEqualTo(generated);
  }

  @Test
  void pageHasTheAnchorsThatOtherPagesLinkTo() {
    assertThat(ApiReference.generate())
        .contains("\n## PgCluster\n", "\n## HealingAction\n", "\n## TuningPolicy\n");
  }
}
