using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace WebApp.Peers;

/// <summary>ASP.NET Identity's own endpoints, as its documentation sets them up: <c>/register</c>, <c>/login</c>, <c>/refresh</c>.</summary>
internal static class IdentityApiApplication
{
    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder)
    {
        PeerDatabase.AddTo(builder);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthorization();
        builder.Services.AddIdentityApiEndpoints<IdentityUser>().AddEntityFrameworkStores<PeerDatabase>();
        var app = builder.Build();
        await PeerDatabase.CreateAsync(app);
        app.MapIdentityApi<IdentityUser>();
        return app;
    }
}
