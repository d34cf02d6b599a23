using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace WebApp.Peers;

/// <summary>
/// Razor pages of one size: <c>/static</c>; <c>/cookie</c> for who is signed in by ASP.NET Identity's own cookie, security stamps validated at
/// the default interval; <c>/user</c> the same, with the user read from the database as Identity's own pages of an account do.
/// </summary>
internal static class PageApplication
{
    private const string LinesVariable = "PEER_PAGE_LINES";

    /// <summary>How many times a page repeats its text.</summary>
    public static int Lines { get; } = int.Parse(Environment.GetEnvironmentVariable(LinesVariable) ?? "1", CultureInfo.InvariantCulture);

    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder)
    {
        PeerDatabase.AddTo(builder);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddIdentity<IdentityUser, IdentityRole>().AddEntityFrameworkStores<PeerDatabase>().AddDefaultTokenProviders();
        builder.Services.AddRazorPages();
        var app = builder.Build();
        await PeerDatabase.CreateAsync(app);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapRazorPages();
        app.MapPost("/sign-in", async (SignInManager<IdentityUser> signIn) =>
        {
            var user = new IdentityUser("ada@example.org") { Email = "ada@example.org", EmailConfirmed = true };
            await signIn.UserManager.CreateAsync(user);
            await signIn.SignInAsync(user, isPersistent: false);
        });
        return app;
    }
}
