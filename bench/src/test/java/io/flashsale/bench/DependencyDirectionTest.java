package io.flashsale.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies between modules point one way, and the engine touches nothing that could make it nondeterministic. */
@AnalyzeClasses(packages = "io.flashsale", importOptions = DependencyDirectionTest.DoNotIncludeTests.class)
class DependencyDirectionTest {
    /** Neither classes of tests nor the jars in which modules share some of theirs. */
    static final class DoNotIncludeTests implements ImportOption {
        private final ImportOption classes = new ImportOption.DoNotIncludeTests();

        @Override
        public boolean includes(final Location location) {
            return classes.includes(location) && !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule ENGINE_KNOWS_THE_JDK_AND_AGRONA = classes()
            .that()
            .resideInAPackage("io.flashsale.engine..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.flashsale.engine..", "java.lang..", "java.nio..", "java.util.zip..", "org.agrona..");

    @ArchTest
    static final ArchRule ENGINE_HAS_NO_CLOCK_THREAD_OR_RANDOMNESS = noClasses()
            .that()
            .resideInAPackage("io.flashsale.engine..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.(Thread|Runnable|System|Process|Math\\$Random).*"
                    + "|java\\.time\\..*|java\\.util\\.(Random|HashMap|HashSet|concurrent\\..*)"
                    + "|java\\.nio\\.(channels|file)\\..*|org\\.agrona\\.concurrent\\.(?!UnsafeBuffer).*");

    @ArchTest
    static final ArchRule SIMULATION_HAS_NO_CLOCK_THREAD_OR_RANDOMNESS_OF_ITS_OWN = noClasses()
            .that()
            .resideInAPackage("io.flashsale.bench.simulation..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.lang\\.(Thread.*|Runtime|Process.*)|java\\.time\\.(Clock|Instant|Zoned|Local|Offset).*"
                            + "|java\\.util\\.(Random|SplittableRandom|Timer|HashMap|HashSet)"
                            + "|java\\.security\\..*|java\\.util\\.concurrent\\.(?!Executor$).*"
                            + "|java\\.nio\\.(channels\\.FileChannel|file\\.Files)|org\\.agrona\\.concurrent\\.(?!UnsafeBuffer).*")
            .orShould()
            .callMethodWhere(JavaCall.Predicates.target(HasOwner.Predicates.With.owner(HasName.Predicates.nameMatching(
                            "java\\.lang\\.System|java\\.lang\\.Math|java\\.util\\.UUID")))
                    .and(JavaCall.Predicates.target(HasName.Predicates.nameMatching(
                            "nanoTime|currentTimeMillis|identityHashCode|random|randomUUID"))));

    @ArchTest
    static final ArchRule JOURNAL_KNOWS_NO_OTHER_MODULE = noClasses()
            .that()
            .resideInAPackage("io.flashsale.journal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.flashsale.engine..",
                    "io.flashsale.transport..",
                    "io.flashsale.projector..",
                    "io.flashsale.server..",
                    "io.flashsale.bench..",
                    "io.netty..",
                    "org.postgresql..");

    @ArchTest
    static final ArchRule TRANSPORT_KNOWS_ONLY_THE_ENGINE = noClasses()
            .that()
            .resideInAPackage("io.flashsale.transport..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.flashsale.journal..",
                    "io.flashsale.projector..",
                    "io.flashsale.server..",
                    "io.flashsale.bench..",
                    "net.openhft..",
                    "com.lmax..",
                    "org.postgresql..");

    @ArchTest
    static final ArchRule PROJECTOR_KNOWS_ENGINE_AND_JOURNAL = noClasses()
            .that()
            .resideInAPackage("io.flashsale.projector..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.flashsale.transport..",
                    "io.flashsale.server..",
                    "io.flashsale.bench..",
                    "io.netty..",
                    "com.lmax..",
                    "net.openhft..");

    @ArchTest
    static final ArchRule SERVER_DOES_NOT_KNOW_BENCH = noClasses()
            .that()
            .resideInAPackage("io.flashsale.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.flashsale.bench..");

    @ArchTest
    static void shouldSeeAllModules(final JavaClasses classes) {
        for (final String module : new String[] {"engine", "journal", "transport", "projector", "server", "bench"}) {
            if (classes.stream().noneMatch(c -> c.getPackageName().startsWith("io.flashsale." + module))) {
                throw new AssertionError("no class of " + module + " was analyzed: the rules above prove nothing");
            }
        }
    }
}
