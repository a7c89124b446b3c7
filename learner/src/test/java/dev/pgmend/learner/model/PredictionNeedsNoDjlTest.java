// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.pgmend.learner", importOptions = DoNotIncludeTests.class)
class PredictionNeedsNoDjlTest {
  @ArchTest
  static final ArchRule onlyTrainingUsesDjl =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pgmend.learner.model.training")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule whatPredictsDoesNotKnowOfTraining =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.pgmend.learner.model", "dev.pgmend.learner.attention", "dev.pgmend.learner.plan")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.pgmend.learner.model.training");
}
