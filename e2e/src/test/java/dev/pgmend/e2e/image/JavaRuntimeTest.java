package dev.pgmend.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JavaRuntimeTest {
  private static final Path HOME = Path.of("..");

  /** A generator of sources, that Vert.x carries along, would compile what it generates. */
  private static final Set<String> NEVER_USED = Set.of("jdk.compiler");

  private static final Pattern NEEDS = Pattern.compile("-> ((?:java|jdk)\\.[a-z.]+)");

  @Test
  void theRuntimeHasEveryModuleThatTheApplicationsWereCompiledAgainst() throws IOException {
    var built = Application.of(HOME).stream().filter(Application::isBuilt).toList();
    assertThat(built).as("the operator at least is built before this runs").isNotEmpty();
    for (var application : built) {
      var needed = new TreeSet<>(modules(application.directory()));
      needed.removeAll(NEVER_USED);
      assertThat(JavaRuntime.MODULES).as(application.name()).containsAll(needed);
    }
  }

  @Test
  void theModulesAreInOrderAndEachOnce() {
    assertThat(JavaRuntime.MODULES).isSorted().doesNotHaveDuplicates();
  }

  private static Set<String> modules(Path application) throws IOException {
    var jars = jars(application);
    var classPath = jars.stream().map(Path::toString).collect(Collectors.joining(":"));
    var needed = new TreeSet<String>();
    // One at a time: together, those that are modules would have to be complete.
    for (var jar : jars) {
      NEEDS.matcher(jdeps(classPath, jar)).results().map(m -> m.group(1)).forEach(needed::add);
    }
    return needed;
  }

  private static String jdeps(String classPath, Path jar) {
    var said = new StringWriter();
    ToolProvider.findFirst("jdeps")
        .orElseThrow()
        .run(
            new PrintWriter(said),
            new PrintWriter(said),
            "--multi-release",
            "25",
            "--ignore-missing-deps",
            "-summary",
            "--class-path",
            classPath,
            jar.toString());
    return said.toString();
  }

  private static List<Path> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }
}
