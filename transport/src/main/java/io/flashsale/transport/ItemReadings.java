package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.ItemCatalogue;
import io.flashsale.engine.ItemState;

/** Shows the items of the open sale. Shared by all event loops. */
final class ItemReadings {
    /** A picture depends on nothing but the item's number. */
    private static final String CACHE_FOR_EVER = "Cache-Control: public, max-age=31536000, immutable\r\n";

    private static final ItemState[] NONE = {};

    private final SaleBoard board;

    ItemReadings(final SaleBoard board) {
        this.board = board;
    }

    /** So many items from one on, all of the same sale. */
    Reply page(final int from, final int limit, final boolean json) {
        final SaleStatus sale = new SaleStatus();
        final ItemState[] states = read(sale, from, limit);
        return json ? pageAsJson(sale, from, limit, states) : pageAsText(from, states);
    }

    /** One item. */
    Reply item(final int item, final boolean json) {
        final SaleStatus sale = new SaleStatus();
        final ItemState[] states = read(sale, item, 1);
        if (states.length == 0) {
            return Replies.ITEM_NOT_FOUND;
        }
        return new Sheet(json)
                .add("sale_id", sale.saleId())
                .add("item_id", item)
                .add("name", ItemCatalogue.name(item))
                .add("image_url", ItemCatalogue.imageUrl(item))
                .add("state", word(states[0]))
                .reply();
    }

    /** The picture of an item of any sale. */
    Reply image(final int item) {
        if (item >= EngineLimits.MAX_ITEMS) {
            return Replies.ITEM_NOT_FOUND;
        }
        final byte[] picture = ItemImage.svg(item, ItemCatalogue.name(item)).getBytes(UTF_8);
        return Reply.document(200, "image/svg+xml", CACHE_FOR_EVER, picture);
    }

    /** Reads the sale and the states of those of the items that it has. */
    @SuppressWarnings("ThreadPriorityCheck") // Yielding is a courtesy to a descheduled writer; nothing relies on it.
    private ItemState[] read(final SaleStatus sale, final int from, final int limit) {
        while (true) {
            board.read(sale);
            final int count = Math.max(0, Math.min(limit, sale.items() - from));
            final ItemState[] states = count == 0 ? NONE : new ItemState[count];
            if (tryRead(sale, from, states)) {
                return states;
            }
            // The next sale's items are here, its figures will be in a moment.
            Thread.yield();
        }
    }

    private boolean tryRead(final SaleStatus sale, final int from, final ItemState[] states) {
        for (int i = 0; i < states.length; i++) {
            states[i] = board.items().read(sale, from + i);
            if (states[i] == null) {
                return false;
            }
        }
        return true;
    }

    private static Reply pageAsText(final int from, final ItemState[] states) {
        final StringBuilder text = new StringBuilder(64 * states.length);
        for (int i = 0; i < states.length; i++) {
            final int item = from + i;
            text.append(item)
                    .append(' ')
                    .append(word(states[i]))
                    .append(' ')
                    .append(ItemCatalogue.imageUrl(item))
                    .append(' ')
                    .append(ItemCatalogue.name(item))
                    .append('\n');
        }
        return Reply.text(200, text.toString());
    }

    private static Reply pageAsJson(final SaleStatus sale, final int from, final int limit, final ItemState[] states) {
        final JsonText text = new JsonText()
                .beginObject()
                .name("sale_id")
                .number(sale.saleId())
                .name("total")
                .number(sale.items())
                .name("items")
                .beginArray();
        for (int i = 0; i < states.length; i++) {
            final int item = from + i;
            text.beginObject()
                    .name("item_id")
                    .number(item)
                    .name("name")
                    .string(ItemCatalogue.name(item))
                    .name("image_url")
                    .string(ItemCatalogue.imageUrl(item))
                    .name("state")
                    .string(word(states[i]))
                    .endObject();
        }
        text.endArray();
        final long next = (long) from + states.length;
        if (states.length > 0 && next < sale.items()) {
            text.name("next").string("/items?from=" + next + "&limit=" + limit);
        }
        return Reply.json(200, text.endObject());
    }

    private static String word(final ItemState state) {
        return switch (state) {
            case AVAILABLE -> "available";
            case HELD -> "held";
            case SOLD -> "sold";
        };
    }
}
