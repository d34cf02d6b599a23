using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Proxies;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Localhost;

/// <summary>Signs in the developer who works on this machine. Registered in Development only.</summary>
public sealed class LocalhostSignIn(AppDbContext db, VouchedSignIn vouched, AuditTrail audit, IOptions<LocalhostOptions> options, TimeProvider clock)
{
    /// <summary>The value it adds to <c>amr</c>: RFC 8176 has no value for it.</summary>
    public const string Amr = "local";

    /// <summary>The account that is used if the request names no other.</summary>
    public string Email => options.Value.Email;

    /// <summary>Signs in an account by its address. The account of <see cref="Email"/> is created if it does not exist.</summary>
    public async Task<SignInResult> SignInAsync(string? email, RowKey? device, ClientInfo client, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(string.IsNullOrWhiteSpace(email) ? Email : email.Trim());
        var user = await FindAsync(normalized, cancel);
        if (user is null && normalized == EmailAddress.Normalize(Email))
        {
            user = await MakeAsync(normalized, client, cancel);
        }

        return await vouched.SignInAsync(user, Amr, device, client, cancel);
    }

    private Task<User?> FindAsync(string normalized, CancellationToken cancel) =>
        db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel);

    private async Task<User?> MakeAsync(string normalized, ClientInfo client, CancellationToken cancel)
    {
        var user = NewUser.Add(
            db, Email, normalized, confirmed: true, clock.GetUtcNow(), displayName: "Developer", roles: Role.AdminId);
        audit.Add(db, SecurityEventKind.Registered, client, user.Id, detail: "from localhost");
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Created by a concurrent request.
        }

        db.ChangeTracker.Clear();
        return await FindAsync(normalized, cancel);
    }
}

/// <summary>Whether the login page offers sign-in without a password. Outside Development it never does, and the services for it are not registered.</summary>
public sealed class LocalhostOffer(IHostEnvironment environment, IOptions<LocalhostOptions> options)
{
    /// <summary>The address of the account it would sign in; null if it is not offered to this request.</summary>
    public string? For(HttpContext context) => environment.IsDevelopment() && LocalhostAccess.Obstacle(context) is null ? options.Value.Email : null;

    /// <summary>Why it is not offered; null if it is.</summary>
    public string? Obstacle(HttpContext context) =>
        environment.IsDevelopment() ? LocalhostAccess.Obstacle(context) : "Sign-in from localhost is for Development alone.";
}

/// <summary>
/// Whether a request comes from the person who runs this process: over loopback, through no proxy, and under a loopback host name, so that no
/// other site can reach it by pointing its own name at 127.0.0.1. A connection of a trusted proxy never does, whatever headers it passes on.
/// </summary>
internal static class LocalhostAccess
{
    private static readonly string[] ProxyTraces = ["Forwarded", "Via", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP"];

    /// <summary>The reason for refusal; null if access is allowed.</summary>
    public static string? Obstacle(HttpContext context)
    {
        var (peer, headers) = (DirectPeer.AddressOf(context), context.Request.Headers);
        return peer is null || !IPAddress.IsLoopback(peer) || !IPAddress.IsLoopback(ClientInfo.IpOf(context)!) ? "The request does not come from this machine."
            : context.Features.Get<DirectPeer>() is not null || headers.Keys.Any(IsProxyTrace) ? "The request came through a proxy."
            : !IsLoopbackName(context.Request.Host.Host) ? "The request is for another name than localhost."
            : headers["Sec-Fetch-Site"] is [not ("same-origin" or "none")] ? "Another site asks for it."
            : null;
    }

    private static bool IsProxyTrace(string header) =>
        header.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase) || ProxyTraces.Contains(header, StringComparer.OrdinalIgnoreCase);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Options for sign-in without credentials from this machine, in Development: section <c>Localhost</c>.</summary>
public sealed class LocalhostOptions
{
    /// <summary>The account that “Continue as …” signs in. If it does not exist, it is created as an administrator.</summary>
    public string Email { get; set; } = "developer@example.org";
}
