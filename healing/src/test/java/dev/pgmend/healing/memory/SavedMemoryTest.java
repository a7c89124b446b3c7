// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SavedMemoryTest {
  private static final Instant THEN = Instant.parse("2026-01-05T00:00:00Z");
  private static final int MUCH = 1_000_000;

  private final Memory memory = new Memory();

  /** A part that grows. */
  static final class Notes implements Memory.Lasting {
    public List<String> lines = new ArrayList<>();
  }

  /** One that is not worth keeping. */
  static final class Passing {
    private int looks;
  }

  @Test
  void whatWasRememberedIsThereAgain() throws IOException {
    memory.lowest("size", 7);
    memory.keep("round", "3 of 5");
    memory.unchangedSince("scans", "12", THEN);
    memory.growth("temp", THEN, Map.of("bytes", 100L), Duration.ofHours(1));
    memory.part("notes", Notes.class, Notes::new).lines.add("hello");
    memory.part("passing", Passing.class, Passing::new).looks = 3;

    var again = SavedMemory.read(SavedMemory.write(memory, MUCH));

    assertThat(again.lowest("size", 9)).isEqualTo(7);
    assertThat(again.kept("round")).contains("3 of 5");
    assertThat(again.unchangedSince("scans", "12", THEN.plusSeconds(60))).isEqualTo(THEN);
    assertThat(
            again.growth("temp", THEN.plusSeconds(60), Map.of("bytes", 160L), Duration.ofHours(1)))
        .hasValueSatisfying(growth -> assertThat(growth.of("bytes")).isEqualTo(60));
    assertThat(again.part("notes", Notes.class, Notes::new).lines).containsExactly("hello");
    assertThat(again.part("passing", Passing.class, Passing::new).looks).isZero();
  }

  @Test
  void whatNobodyAskedForIsHandedOnUnread() throws IOException {
    memory.part("notes", Notes.class, Notes::new).lines.add("hello");

    var later = SavedMemory.read(SavedMemory.write(memory, MUCH));
    var muchLater = SavedMemory.read(SavedMemory.write(later, MUCH));

    assertThat(muchLater.part("notes", Notes.class, Notes::new).lines).containsExactly("hello");
  }

  @Test
  void theLargestPartsAreLeftOutFirst() throws IOException {
    memory.keep("round", "3 of 5");
    memory.part("small", Notes.class, Notes::new).lines.add("hello");
    var large = memory.part("large", Notes.class, Notes::new).lines;
    for (int i = 0; i < 10_000; i++) {
      large.add(Integer.toHexString(i * 7_919));
    }

    var bytes = SavedMemory.write(memory, 5_000);
    var again = SavedMemory.read(bytes);

    assertThat(bytes.length).isLessThanOrEqualTo(5_000);
    assertThat(again.kept("round")).contains("3 of 5");
    assertThat(again.part("small", Notes.class, Notes::new).lines).containsExactly("hello");
    assertThat(again.part("large", Notes.class, Notes::new).lines).isEmpty();
  }

  @Test
  void whatIsOfAnotherShapeIsLearntAnew() throws IOException {
    memory.part("notes", Notes.class, Notes::new).lines.add("hello");

    var again = SavedMemory.read(SavedMemory.write(memory, MUCH));

    assertThat(again.part("notes", Instant.class, () -> THEN)).isEqualTo(THEN);
  }

  @Test
  void whatIsNoMemoryIsRefused() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> SavedMemory.read("hello".getBytes(UTF_8)));
  }
}
