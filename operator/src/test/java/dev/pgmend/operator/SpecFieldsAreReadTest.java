// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A field of a spec that no code reads is a promise that pgmend does not keep. */
class SpecFieldsAreReadTest {
  private static final String API = "dev.pgmend.api";

  /** Written for users, who read them before they approve. */
  private static final Set<String> FOR_PEOPLE =
      Set.of(
          "HealingActionSpec.expected",
          "HealingActionSpec.risk",
          "Expected.improvementPercent",
          "Expected.lowPercent",
          "Expected.highPercent",
          "Expected.source");

  @Test
  void codeReadsEveryFieldOfEverySpec() {
    var classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.pgmend");
    var read = fieldsRead(classes);
    var unread = new TreeSet<String>();
    for (var spec : records()) {
      for (var component : spec.getRecordComponents()) {
        var name = spec.getSimpleName() + "." + component.getName();
        if (!read.contains(spec.getName() + "." + component.getName())) {
          unread.add(name);
        }
      }
    }
    assertThat(unread)
        .as("fields of specs that no code outside the API reads")
        .containsExactlyInAnyOrderElementsOf(FOR_PEOPLE);
  }

  /** The fields that methods of the API read which other code calls, directly or indirectly. */
  private static Set<String> fieldsRead(JavaClasses classes) {
    var reached = new HashSet<JavaCodeUnit>();
    var next = new ArrayDeque<JavaCodeUnit>();
    classes.stream()
        .filter(type -> !type.getPackageName().startsWith(API))
        .flatMap(type -> type.getCodeUnits().stream())
        .flatMap(SpecFieldsAreReadTest::calledMethodsOfTheApi)
        .forEach(next::add);
    var fields = new HashSet<String>();
    while (!next.isEmpty()) {
      var unit = next.poll();
      if (reached.add(unit)) {
        unit.getFieldAccesses()
            .forEach(access ->
                fields.add(access.getTargetOwner().getName() + "." + access.getTarget().getName()));
        calledMethodsOfTheApi(unit).forEach(next::add);
      }
    }
    return fields;
  }

  /** Copies such as {@code withMode} and what records generate read every field, and use none. */
  private static Stream<JavaMethod> calledMethodsOfTheApi(JavaCodeUnit unit) {
    return Stream.concat(
            unit.getMethodCallsFromSelf().stream()
                .flatMap(call -> call.getTarget().resolveMember().stream()),
            unit.getMethodReferencesFromSelf().stream()
                .flatMap(reference -> reference.getTarget().resolveMember().stream()))
        .filter(method -> method.getOwner().getPackageName().startsWith(API))
        .filter(
            method -> !method.getName().matches("with[A-Z].*|toBuilder|equals|hashCode|toString"));
  }

  private static List<Class<?>> records() {
    var found = new LinkedHashSet<Class<?>>();
    for (var spec : List.of(PgClusterSpec.class, TuningPolicySpec.class, HealingActionSpec.class)) {
      collect(spec, found);
    }
    return List.copyOf(found);
  }

  private static void collect(Type type, Set<Class<?>> found) {
    if (type instanceof ParameterizedType generic) {
      Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> collect(argument, found));
    } else if (type instanceof Class<?> plain && plain.isRecord() && found.add(plain)) {
      for (var component : plain.getRecordComponents()) {
        collect(component.getGenericType(), found);
      }
    }
  }
}
