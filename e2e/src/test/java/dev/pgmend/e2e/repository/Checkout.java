// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The files of the checkout. */
final class Checkout {
  /** Maven runs the tests in the directory of the module. */
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Set<String> TEXTS = Set.of("java", "md", "yaml", "tpl", "txt", "xml", "svg");

  private Checkout() {}

  /** The Java sources of a module, without its tests. */
  static List<Path> sources(String module) throws IOException {
    return files(module + "/src/main/java", ".java");
  }

  /** The files with text in a directory, or the file itself. */
  static List<Path> texts(String path) throws IOException {
    return Files.isDirectory(ROOT.resolve(path))
        ? files(path, "").stream().filter(Checkout::isText).toList()
        : List.of(ROOT.resolve(path));
  }

  static String name(Path file) {
    return ROOT.relativize(file).toString();
  }

  private static boolean isText(Path file) {
    var name = file.getFileName().toString();
    return TEXTS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static List<Path> files(String directory, String ending) throws IOException {
    try (var paths = Files.walk(ROOT.resolve(directory))) {
      return paths
          .filter(Files::isRegularFile)
          .filter(path -> path.toString().endsWith(ending))
          .sorted()
          .toList();
    }
  }
}
