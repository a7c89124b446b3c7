// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.pgmend.learner",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule ONLY_THE_APP_KNOWS_KUBERNETES =
      noClasses()
          .that()
          .resideOutsideOfPackage("..learner.app..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8..",
              "io.quarkus..",
              "io.micrometer..",
              "jakarta..",
              "org.eclipse.microprofile..",
              "dev.pgmend.api..",
              "dev.pgmend.action..");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLES =
      slices().matching("dev.pgmend.learner.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule PLANS_DEPEND_ON_NOTHING_HERE =
      noClasses()
          .that()
          .resideInAPackage("..learner.plan..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..learner.workload..",
              "..learner.advice..",
              "..learner.bottleneck..",
              "..learner.sona..",
              "..learner.model..",
              "..learner.attention..",
              "dev.pgmend.healing.detect..",
              "dev.pgmend.healing.engine..",
              "dev.pgmend.healing.plan..",
              "dev.pgmend.healing.verify..");

  @ArchTest
  static final ArchRule THE_CORE_NEEDS_NO_ENGINE_OF_REPAIRS =
      noClasses()
          .that()
          .resideOutsideOfPackage("..learner.app..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.pgmend.healing.engine..",
              "dev.pgmend.healing.repair..",
              "dev.pgmend.healing.guard..",
              "dev.pgmend.healing.journal..");
}
