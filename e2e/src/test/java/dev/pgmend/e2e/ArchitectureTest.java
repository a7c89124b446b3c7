// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.pgmend.e2e", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.pgmend.e2e.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule THE_TESTBED_DEPENDS_ON_NO_PROGRAM =
      noClasses()
          .that()
          .resideInAPackage("..e2e.testbed..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..e2e.demo..", "..e2e.gauntlet..", "..e2e.kubernetes..");
}
