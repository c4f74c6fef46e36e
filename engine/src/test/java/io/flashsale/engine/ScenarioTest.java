package io.flashsale.engine;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays the stories of {@code src/test/resources/scenarios}; the naive model hears every one of them, too. */
class ScenarioTest {
    static Stream<Scenario> scenarios() {
        return Stream.of(
                        "checkout.txt",
                        "purchase.txt",
                        "books.txt",
                        "boundaries.txt",
                        "time.txt",
                        "codes.txt",
                        "configure.txt",
                        "checkpoint.txt")
                .map(Scenario::read)
                .flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldDecideAsTheStorySays(final Scenario scenario) {
        scenario.play();
    }
}
