// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TablesTest {
  @Test
  void theTableOfTheServerIsPrintedAsKubectlPrintsIt() throws IOException {
    var table =
        new ObjectMapper()
            .readTree(
                """
                {"columnDefinitions": [
                   {"name": "Name", "priority": 0},
                   {"name": "Why", "priority": 1},
                   {"name": "Index", "priority": 0},
                   {"name": "Phase", "priority": 0}],
                 "rows": [
                   {"cells": ["shop-analyze-1", "because", null, "Succeeded"]},
                   {"cells": ["b", "because", "orders_idx", "Running"]}]}
                """);
    assertThat(Tables.render(table).lines())
        .containsExactly(
            "NAME             INDEX        PHASE",
            "shop-analyze-1                Succeeded",
            "b                orders_idx   Running");
  }
}
