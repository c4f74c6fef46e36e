package io.flashsale.transport;

import static io.flashsale.transport.JsonClient.assertJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flashsale.engine.ItemCatalogue;
import io.flashsale.engine.ItemState;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

/** The items of the open sale, over a real socket. */
class ItemsTest extends ServerFixture {
    private static final long SALE = 1_767_225_600L;
    private static final long OPENS = SALE * 1_000;

    @BeforeEach
    void setUp() throws Exception {
        start();
    }

    private void open(final int items) {
        board.items().reserve(items);
        board.publish(SALE, OPENS, OPENS + 3_600_000, items, items, 0, 0, OPENS);
    }

    private void show(final int item, final ItemState state) {
        board.items().publish(SALE, OPENS, item, state, OPENS + 120_000);
    }

    @Test
    void shouldShowALineForEveryItem() throws Exception {
        open(3);
        show(1, ItemState.HELD);
        show(2, ItemState.SOLD);
        try (RawClient client = connect()) {
            final RawClient.Response response = client.ask("GET /items").response();
            assertEquals("text/plain; charset=utf-8", response.field("Content-Type"));
            assertEquals("""
                    0 available /items/0/image.svg Amber Backpack 0
                    1 held /items/1/image.svg Brass Blanket 1
                    2 sold /items/2/image.svg Cedar Bowl 2
                    """, response.body());
        }
    }

    @Test
    void shouldShowAPageAsJson() throws Exception {
        open(4);
        show(1, ItemState.HELD);
        try (JsonClient client = new JsonClient(server.port())) {
            assertJson("""
                    {"sale_id": 1767225600, "total": 4, "next": "/items?from=2&limit=1", "items": [
                      {"item_id": 1, "name": "Brass Blanket 1", "image_url": "/items/1/image.svg", "state": "held"}]}
                    """, client.answer("GET /items?from=1&limit=1"));
            assertJson("""
                    {"sale_id": 1767225600, "total": 4, "items": [
                      {"item_id": 3, "name": "Cobalt Camera 3", "image_url": "/items/3/image.svg",
                       "state": "available"}]}
                    """, client.answer("GET /items?from=3"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, /items, 100, 0",
        "0, /items?, 100, 0",
        "1, /items?limit=1000, 1000, 0",
        "2, /items?limit=1000&from=2400, 100, 2400",
        "3, /items?from=2499, 1, 2499",
        "4, /items?from=2500, 0, 0",
        "5, /items?from=2147483647&limit=1000, 0, 0",
        "6, /items?from=%32&limit=03&other=1, 3, 2",
    })
    void shouldShowThePageThatIsAskedFor(final int row, final String target, final int count, final int first)
            throws Exception {
        open(2_500);
        try (RawClient client = connect()) {
            final String body = client.ask("GET " + target).response().body();
            assertEquals(count, body.lines().count());
            assertTrue(count == 0 || body.startsWith(first + " available "), body);
        }
    }

    @Test
    void shouldLeadThroughTheWholeSale() throws Exception {
        open(2_345);
        final List<Integer> seen = new ArrayList<>();
        try (JsonClient client = new JsonClient(server.port())) {
            for (String next = "/items"; next != null; ) {
                final JsonNode page = client.answer("GET " + next);
                page.get("items").forEach(item -> {
                    seen.add(item.get("item_id").asInt());
                    assertEquals(
                            ItemCatalogue.name(seen.get(seen.size() - 1)),
                            item.get("name").asText());
                });
                next = page.has("next") ? page.get("next").asText() : null;
            }
        }
        assertEquals(java.util.stream.IntStream.range(0, 2_345).boxed().toList(), seen);
    }

    @Test
    void shouldShowNoItemsBeforeThereIsASale() throws Exception {
        try (RawClient client = connect();
                JsonClient json = new JsonClient(server.port())) {
            assertEquals("", client.ask("GET /items").response().body());
            assertEquals(404, client.ask("GET /items/0").response().status());
            assertJson("{\"sale_id\": 0, \"total\": 0, \"items\": []}", json.answer("GET /items"));
        }
    }

    @Test
    void shouldShowOneItem() throws Exception {
        open(50);
        show(42, ItemState.SOLD);
        try (RawClient client = connect();
                JsonClient json = new JsonClient(server.port())) {
            assertEquals(
                    """
                    sale_id: 1767225600
                    item_id: 42
                    name: Jade Jacket 42
                    image_url: /items/42/image.svg
                    state: sold
                    """.replace("Jade Jacket 42", ItemCatalogue.name(42)),
                    client.ask("GET /items/42").response().body());
            assertJson("""
                    {"sale_id": 1767225600, "item_id": 0, "name": "Amber Backpack 0",
                     "image_url": "/items/0/image.svg", "state": "available"}
                    """, json.answer("GET /items/0"));
            assertEquals(404, client.ask("GET /items/50").response().status());
            assertEquals(200, client.ask("GET /items/49").response().status());
        }
    }

    @Test
    void shouldShowAHoldThatRanOutAsAvailable() throws Exception {
        open(2);
        show(0, ItemState.HELD);
        try (RawClient client = connect()) {
            assertTrue(client.ask("GET /items/0").response().body().endsWith("state: held\n"));
            board.publish(SALE, OPENS, OPENS + 3_600_000, 2, 2, 0, 0, OPENS + 120_000);
            assertTrue(client.ask("GET /items/0").response().body().endsWith("state: available\n"));
        }
    }

    @Test
    void shouldEvaluateAPageWhenItsTurnComes() throws Exception {
        open(1);
        pipeline.hold();
        try (RawClient client = connect()) {
            client.ask("POST /checkout?user_id=1&item_id=9000")
                    .ask("GET /items")
                    .ask("GET /items/0");
            await("the command", () -> !pipeline.seen().isEmpty());
            show(0, ItemState.HELD);
            pipeline.release();
            assertEquals(36, client.response().body().length());
            assertTrue(client.response().body().startsWith("0 held "));
            assertTrue(client.response().body().endsWith("state: held\n"));
        }
    }

    @Test
    void shouldDrawAPictureThatDependsOnNothingButTheItem() throws Exception {
        try (RawClient client = connect()) {
            final RawClient.Response response =
                    client.ask("GET /items/42/image.svg").response();
            assertEquals(200, response.status());
            assertEquals("image/svg+xml", response.field("Content-Type"));
            assertEquals("public, max-age=31536000, immutable", response.field("Cache-Control"));
            final Document picture = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(response.body().getBytes(StandardCharsets.UTF_8)));
            assertEquals("svg", picture.getDocumentElement().getTagName());
            assertEquals(
                    ItemCatalogue.name(42),
                    picture.getElementsByTagName("title").item(0).getTextContent());
            assertEquals(
                    response.body(),
                    client.ask("GET /items/42/image.svg").response().body());
            assertNotEquals(
                    response.body(),
                    client.ask("GET /items/43/image.svg").response().body());
            assertEquals(
                    200, client.ask("GET /items/999999/image.svg").response().status());
            final RawClient.Response none =
                    client.ask("GET /items/1000000/image.svg").response();
            assertEquals(404, none.status());
            assertNull(none.field("Cache-Control"));
        }
    }

    @Test
    void shouldEscapeTheNameInThePicture() {
        assertTrue(ItemImage.svg(1, "<Salt> & \"Pepper\"").contains("<title>&lt;Salt&gt; &amp; \"Pepper\"</title>"));
    }

    /** Sale n has sold item 0 only if n is odd: a page that mixed two sales would show one that it should not. */
    @Test
    void shouldNeverMixTwoSalesInAPage() throws Exception {
        final AtomicBoolean stop = new AtomicBoolean();
        final Thread engine = new Thread(() -> {
            for (long sale = 1; !stop.get(); sale++) {
                board.items().reserve(1_000);
                for (int item = 0; item < 1_000 && sale % 2 == 1; item += 999) {
                    board.items().publish(sale, sale * 1_000, item, ItemState.SOLD, 0);
                }
                board.publish(sale, sale * 1_000, sale * 1_000 + 1_000, 1_000, 1_000, 0, 0, sale * 1_000);
                LockSupport.parkNanos(50_000);
            }
        });
        engine.start();
        try (JsonClient client = new JsonClient(server.port())) {
            for (int i = 0; i < 300; i++) {
                final JsonNode page = client.answer("GET /items?limit=1000");
                final long sale = page.get("sale_id").asLong();
                final String expected = sale % 2 == 1 ? "sold" : "available";
                for (final int item : new int[] {0, 999}) {
                    if (sale > 0) {
                        assertEquals(
                                expected,
                                page.get("items").get(item).get("state").asText(),
                                () -> "sale " + sale);
                    }
                }
            }
        } finally {
            stop.set(true);
            engine.join();
        }
    }
}
