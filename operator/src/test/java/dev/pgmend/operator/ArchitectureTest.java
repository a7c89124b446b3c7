// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(
    packages = {"dev.pgmend.operator", "dev.pgmend.api", "dev.pgmend.action"},
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule PACKAGES_DEPEND_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy("..operator.cli..")
          .layer("controller")
          .definedBy("..operator.controller..")
          .layer("local")
          .definedBy("..operator.local..")
          .layer("validation")
          .definedBy("..operator.validation..")
          .layer("action")
          .definedBy("..operator.action..")
          .layer("cluster")
          .definedBy("..operator.cluster..")
          .layer("policy")
          .definedBy("..operator.policy..")
          .layer("provider")
          .definedBy("..operator.provider..")
          .layer("learnerpod")
          .definedBy("..operator.learnerpod..")
          .layer("status")
          .definedBy("..operator.status..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("controller")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("local")
          .mayOnlyAccessLayers("validation")
          .whereLayer("validation")
          .mayNotAccessAnyLayer()
          .whereLayer("action")
          .mayOnlyAccessLayers("cluster", "policy", "status")
          .whereLayer("cluster")
          .mayOnlyAccessLayers("provider")
          .whereLayer("policy")
          .mayOnlyAccessLayers("validation")
          .whereLayer("provider")
          .mayNotAccessAnyLayer()
          .whereLayer("learnerpod")
          .mayNotAccessAnyLayer()
          .whereLayer("status")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.pgmend.operator.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_QUARKUS =
      noClasses()
          .that()
          .resideOutsideOfPackage("..operator.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.quarkus..", "jakarta..", "org.eclipse.microprofile..");

  @ArchTest
  static final ArchRule ONLY_THE_LOCAL_API_KNOWS_THE_MOCK_SERVER =
      noClasses()
          .that()
          .resideOutsideOfPackage("..operator.local..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client.server.mock..", "io.fabric8.mockwebserver..");

  @ArchTest
  static final ArchRule THE_ENGINE_OPENS_THE_CONNECTIONS =
      noClasses()
          .that()
          .resideInAPackage("dev.pgmend.operator..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(DriverManager.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("org.postgresql..");

  @ArchTest
  static final ArchRule THE_RESOURCES_KNOW_NEITHER_ENGINE_NOR_OPERATOR =
      noClasses()
          .that()
          .resideInAPackage("dev.pgmend.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.pgmend.healing..", "dev.pgmend.operator..");

  @ArchTest
  static final ArchRule TIME_IS_READ_FROM_A_CLOCK_THAT_IS_GIVEN =
      noClasses()
          .that()
          .resideInAPackage("dev.pgmend.operator..")
          .and()
          .resideOutsideOfPackage("..operator.cli..")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC");
}
