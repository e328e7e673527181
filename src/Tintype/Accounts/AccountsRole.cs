using Tintype.Storage.Jobs;
using Tintype.Storage.Model;

namespace Tintype.Accounts;

/// <summary>Sign-up, log-in, sessions, OAuth, a person's own settings; and what apps ask about the instance itself.</summary>
internal static class AccountsRole
{
    public static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<SignUp>();
        services.AddSingleton<LogIn>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<OAuthTokens>();
        services.AddSingleton<CredentialAccounts>();
        services.AddSingleton<ProfileEdit>();
        services.AddSingleton<AvatarIntake>();
        services.AddSingleton<RestoreTicket>();
        services.AddSingleton<DeletedAccounts>();
        services.AddSingleton<InstanceFigures>();
        services.AddSingleton<PurgeAccount>();
        services.AddSingleton<ConfirmClaims>();
    }

    public static void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapApps();
        routes.MapOAuth();
        routes.MapAuthorize();
        routes.MapAccounts();
        routes.MapInstance();
        routes.MapEmptyLists();
        routes.MapSignUp();
        routes.MapLogIn();
        routes.MapSettings();
    }

    public static void AddJobs(JobHandlers jobs)
    {
        jobs.On<AccountChanged, ConfirmClaims>();
        jobs.On<AccountPurgeDue, PurgeAccount>();
    }
}
