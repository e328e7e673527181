namespace Tintype.Cards;

/// <summary>Registers what every slice uses to show posts and people.</summary>
internal static class CardsSetup
{
    public static void AddCards(this IServiceCollection services)
    {
        services.AddSingleton<People>();
        services.AddSingleton<RelationCache>();
        services.AddSingleton<CardStore>();
        services.AddSingleton<PhotoSignatures>();
        services.AddSingleton<PhotoAddresses>();
        services.AddSingleton<PhotoIntake>();
        services.AddSingleton<Statuses>();
        services.AddSingleton<StatusPages>();
        services.AddSingleton<ViewerMarks>();
        services.AddSingleton<PostViews>();
        services.AddSingleton<VisibleCards>();
        services.AddSingleton<CountCache>();
        services.AddSingleton<PersonRows>();
        services.AddSingleton<Suggestions>();
        services.AddSingleton<BesidePages>();
        services.AddSingleton<CardPieces>();
        services.AddSingleton<RowPieces>();
        services.AddSingleton<Explore>();
        services.AddSingleton<Activity>();
        services.AddSingleton<Comments>();
    }
}
