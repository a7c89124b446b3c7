// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JavaRuntimeTest {
  private static final Path HOME = Path.of("..");

  /** A source generator in Vert.x needs java.compiler, which is not used at run time. */
  private static final Set<String> NEVER_USED = Set.of("jdk.compiler");

  private static final Map<String, String> MODULE_OF_PACKAGE = moduleOfPackage();

  @Test
  void runtimeHasEveryModuleOfTheApplications() throws IOException {
    var built = Application.of(HOME).stream().filter(Application::isBuilt).toList();
    assertThat(built).as("the operator at least is built before this runs").isNotEmpty();
    for (var application : built) {
      var needed = modules(application.directory());
      assertThat(needed).contains("java.base", "java.sql", "java.management");
      needed.removeAll(NEVER_USED);
      assertThat(withWhatTheyRequire()).as(application.name()).containsAll(needed);
    }
  }

  @Test
  void modulesAreSortedAndUnique() {
    assertThat(JavaRuntime.MODULES).isSorted().doesNotHaveDuplicates();
  }

  private static Set<String> withWhatTheyRequire() {
    return Configuration.empty()
        .resolve(ModuleFinder.ofSystem(), ModuleFinder.of(), JavaRuntime.MODULES)
        .modules()
        .stream()
        .map(ResolvedModule::name)
        .collect(Collectors.toSet());
  }

  private static Set<String> modules(Path application) throws IOException {
    var needed = new TreeSet<String>();
    for (var jar : jars(application)) {
      try (var file = new JarFile(jar.toFile())) {
        for (var entry : file.stream().filter(e -> isClass(e.getName())).toList()) {
          try (var stream = file.getInputStream(entry)) {
            addModules(stream.readAllBytes(), needed);
          }
        }
      }
    }
    return needed;
  }

  private static boolean isClass(String name) {
    return name.endsWith(".class") && !name.endsWith("module-info.class");
  }

  private static void addModules(byte[] bytes, Set<String> needed) {
    for (var entry : ClassFile.of().parse(bytes).constantPool()) {
      if (entry instanceof ClassEntry named) {
        var name = named.asInternalName();
        var end = name.lastIndexOf('/');
        var module = end < 0 ? null : MODULE_OF_PACKAGE.get(name.substring(0, end));
        if (module != null) {
          needed.add(module);
        }
      }
    }
  }

  private static Map<String, String> moduleOfPackage() {
    var modules = new HashMap<String, String>();
    for (var module : ModuleFinder.ofSystem().findAll()) {
      for (var exported : module.descriptor().exports()) {
        if (!exported.isQualified()) {
          modules.put(exported.source().replace('.', '/'), module.descriptor().name());
        }
      }
    }
    return modules;
  }

  private static List<Path> jars(Path directory) {
    try (var files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
