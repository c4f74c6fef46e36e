package io.flashsale.engine;

/** Names and pictures of items: generated from the item's number, so that every run and every replay says the same. */
public final class ItemCatalogue {
    private static final String[] FINISHES = {
        "Amber", "Brass", "Cedar", "Cobalt", "Copper", "Coral", "Ebony", "Emerald", "Flint", "Golden", "Indigo",
        "Ivory", "Jade", "Linen", "Maple", "Marble", "Olive", "Onyx", "Opal", "Pearl", "Quartz", "Ruby", "Saffron",
        "Silver", "Slate", "Teal", "Topaz", "Velvet", "Walnut"
    };
    private static final String[] THINGS = {
        "Backpack", "Blanket", "Bowl", "Camera", "Chair", "Clock", "Compass", "Desk", "Drone", "Flask", "Guitar",
        "Headphones", "Jacket", "Kettle", "Keyboard", "Lamp", "Lantern", "Mirror", "Notebook", "Pen", "Radio", "Scarf",
        "Speaker", "Stool", "Teapot", "Tent", "Tripod", "Umbrella", "Vase", "Wallet", "Watch"
    };

    private ItemCatalogue() {}

    /**
     * The name of an item.
     *
     * @param item 0 or more.
     * @return such as {@code Amber Lantern 42}; no two items have the same.
     */
    public static String name(final int item) {
        return FINISHES[item % FINISHES.length] + ' ' + THINGS[item % THINGS.length] + ' ' + item;
    }

    /**
     * Where the service shows the item's picture.
     *
     * @param item 0 or more.
     * @return a path of the service.
     */
    public static String imageUrl(final int item) {
        return "/items/" + item + "/image.svg";
    }
}
