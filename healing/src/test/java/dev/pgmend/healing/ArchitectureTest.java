// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.guard.Guard;
import dev.pgmend.healing.repair.Repair;
import java.util.List;
import java.util.ServiceLoader;

@AnalyzeClasses(
    packages = "dev.pgmend.healing",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule HEALING_KNOWS_NO_KUBERNETES =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8..", "io.quarkus..", "io.javaoperatorsdk..", "dev.pgmend.api..");

  @ArchTest
  static final ArchRule PACKAGES_DEPEND_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("postgres")
          .definedBy("..healing.postgres..")
          .layer("journal")
          .definedBy("..healing.journal..")
          .layer("trust")
          .definedBy("..healing.trust..")
          .layer("plan")
          .definedBy("..healing.plan..")
          .layer("baseline")
          .definedBy("..healing.baseline..")
          .layer("finding")
          .definedBy("..healing.finding..")
          .layer("memory")
          .definedBy("..healing.memory..")
          .layer("detect")
          .definedBy("..healing.detect..")
          .layer("repair")
          .definedBy("..healing.repair..")
          .layer("guard")
          .definedBy("..healing.guard..")
          .layer("explain")
          .definedBy("..healing.explain..")
          .layer("engine")
          .definedBy("..healing.engine..")
          .layer("verify")
          .definedBy("..healing.verify..")
          .whereLayer("postgres")
          .mayNotAccessAnyLayer()
          .whereLayer("journal")
          .mayNotAccessAnyLayer()
          .whereLayer("trust")
          .mayOnlyAccessLayers("postgres")
          .whereLayer("plan")
          .mayOnlyAccessLayers("postgres", "trust")
          .whereLayer("baseline")
          .mayNotAccessAnyLayer()
          .whereLayer("finding")
          .mayOnlyAccessLayers("postgres")
          .whereLayer("memory")
          .mayOnlyAccessLayers("finding", "baseline")
          .whereLayer("detect")
          .mayOnlyAccessLayers(
              "postgres", "trust", "finding", "memory", "plan", "baseline", "repair")
          .whereLayer("repair")
          .mayOnlyAccessLayers("postgres", "finding")
          .whereLayer("guard")
          .mayOnlyAccessLayers("postgres", "finding", "repair")
          .whereLayer("explain")
          .mayOnlyAccessLayers("postgres", "finding", "detect", "repair", "guard")
          .whereLayer("engine")
          .mayOnlyAccessLayers(
              "postgres", "journal", "finding", "memory", "detect", "repair", "guard")
          .whereLayer("verify")
          .mayOnlyAccessLayers("postgres", "finding", "detect")
          .ensureAllClassesAreContainedInArchitectureIgnoring("dev.pgmend.healing");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.pgmend.healing.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule WHAT_IS_FOUND_BY_NAME_IS_FINAL =
      classes()
          .that()
          .areAssignableTo(Detector.class)
          .or()
          .areAssignableTo(Repair.class)
          .or()
          .areAssignableTo(Guard.class)
          .and()
          .areNotInterfaces()
          .should()
          .haveModifier(JavaModifier.FINAL);

  @ArchTest
  static void everyImplementationIsRegistered(JavaClasses healing) {
    for (var service : List.of(Detector.class, Repair.class, Guard.class)) {
      assertThat(ServiceLoader.load(service).stream().map(provider -> provider.type().getName()))
          .as(service.getSimpleName())
          .containsExactlyInAnyOrderElementsOf(
              healing.stream()
                  .filter(type -> type.isAssignableTo(service) && !type.isInterface())
                  .map(JavaClass::getName)
                  .toList());
    }
  }
}
