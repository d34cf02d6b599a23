using WebApp.Areas.Admin;
using WebApp.Areas.Api;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts;
using WebApp.Features.Alerts;
using WebApp.Features.Applications;
using WebApp.Features.Audit;
using WebApp.Features.Audit.Figures;
using WebApp.Features.Credentials;
using WebApp.Features.Groups;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.Roles;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.Sessions.Impersonating;
using WebApp.Features.SignIn;
using WebApp.Features.SignIn.Proxy;
using WebApp.Features.Tokens;
using WebApp.Features.Verification;
using WebApp.Operations.Doctor;
using WebApp.Operations.LocalPostgres;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Http.Transport;
using WebApp.Platform.Mail;
using WebApp.Platform.Pages;
using WebApp.Platform.Startup;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Users;
using WebApp.Platform.Workers;

namespace WebApp;

/// <summary>Composes the application: one line per feature.</summary>
public static class App
{
    /// <summary>Builds the application and prepares its database. <paramref name="adjust"/> is called last, for tests.</summary>
    /// <exception cref="StartupException">It cannot start; <see cref="StartupFaults"/> explains this and other start-up failures.</exception>
    public static async Task<WebApplication> BuildAsync(WebApplicationOptions options, Action<WebApplicationBuilder>? adjust = null)
    {
        var app = await BuildServicesAsync(options, adjust);
        await app.PrepareDatabaseAsync();
        app.LogPasswordHashing();
        app.UseHosting();
        app.UseCrossOrigin();
        app.UseCompression();
        app.UseBrowserLanguage();
        app.UseErrorPages();
        app.UseApiErrors();
        app.UseProtocolErrors();
        app.UseRequestMethods();
        app.UseHeaderLimit();
        app.UseRequestText();
        app.UseHttps();
        app.UseOwnHost();
        app.UseBodyLimit();
        app.UseUtf8Bodies();
        app.RefuseForeignForms();
        app.UsePageFiles();
        app.UseBranding();
        app.UseRequestTimes();
        app.UseOpenApiPage();
        app.UseRouting();
        app.UseIpLimits();
        app.UseSpendings();
        app.UseFormText();
        app.UseRepeatedForms();
        app.UseSessions();
        app.UseProxyUsers();
        app.UseImpersonation();
        app.UseApplicationLanguage();
        app.UseUserLanguage();
        app.UseEnrolment();
        app.UseAuthorization();
        app.MapHealth();
        app.MapProbe();
        app.MapControllers();
        app.MapMe();
        app.MapIntrospection();
        app.MapRefresh();
        app.MapForwardAuth();
        app.MapOpenApiDocument();
        return app;
    }

    /// <summary>Builds the services of all features for a command, without using the database or serving requests.</summary>
    /// <exception cref="StartupException">A setting is wrong.</exception>
    public static async Task<WebApplication> BuildServicesAsync(WebApplicationOptions options, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = NewBuilder(options);
        builder.AddHosting();
        builder.AddCrossOrigin();
        builder.AddCompression();
        builder.AddTelemetry();
        await builder.AddLocalPostgresAsync();
        builder.AddData();
        builder.AddChanges();
        builder.AddUsers();
        builder.AddWorkers();
        builder.AddHealth();
        builder.AddAudit();
        builder.AddMail();
        builder.AddVerification();
        builder.AddIpLimits();
        builder.AddLockout();
        builder.AddAlerts();
        builder.AddPasswords();
        builder.AddSessions();
        builder.AddTokens();
        builder.AddCredentials();
        builder.AddRoles();
        builder.AddGroups();
        builder.AddMfa();
        builder.AddSignIn();
        builder.AddAccounts();
        builder.AddApplications();
        builder.AddDiagnosis();
        builder.AddPages();
        builder.AddConsole();
        builder.AddApi();
        builder.AddOpenApiDocument();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.CheckSettings();
        return app;
    }

    /// <summary>Creates a builder that reads the settings once at the start; it does not watch their files.</summary>
    public static WebApplicationBuilder NewBuilder(WebApplicationOptions options) => WebApplication.CreateBuilder(new WebApplicationOptions
    {
        ApplicationName = options.ApplicationName,
        EnvironmentName = options.EnvironmentName,
        ContentRootPath = options.ContentRootPath,
        WebRootPath = options.WebRootPath,
        Args = ["--hostBuilder:reloadConfigOnChange=false", .. options.Args ?? []],
    });
}
