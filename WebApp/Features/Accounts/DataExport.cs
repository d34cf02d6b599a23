using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Applications;
using WebApp.Features.Audit;
using WebApp.Features.Groups;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn.External;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Accounts;

/// <summary>Exports all data that is stored about a user, for the user. Contains no secret, and no hash of one.</summary>
public sealed class DataExport(AppDbContext db, ApplicationConsents applications, AuditTrail audit, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // It is a file, not part of a page, so names can stay readable.
    };

    /// <summary>Writes the data as JSON and records the export.</summary>
    public async Task<byte[]> WriteAsync(Guid userId, ClientInfo client, CancellationToken cancel)
    {
        audit.Add(db, SecurityEventKind.DataExported, client, userId);
        await db.SaveChangesAsync(cancel);
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == userId, cancel);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                ExportedAt = clock.GetUtcNow(),
                Profile = await ProfileAsync(user, cancel),
                Sessions = await SessionsAsync(userId, cancel),
                Devices = await DevicesAsync(userId, cancel),
                Passkeys = await PasskeysAsync(userId, cancel),
                ExternalLogins = await ExternalLoginsAsync(userId, cancel),
                ApiTokens = await ApiTokensAsync(userId, cancel),
                Applications = (await applications.ListAsync(userId, cancel)).Select(a => new { a.ClientId, a.Name, a.Scopes, a.GrantedAt }),
                Groups = await GroupsAsync(userId, cancel),
                Events = await EventsAsync(userId, cancel),
            },
            Readable);
    }

    private async Task<object> ProfileAsync(User user, CancellationToken cancel) => new
    {
        user.Id,
        user.Email,
        EmailVerified = user.EmailConfirmed,
        user.DisplayName,
        user.CreatedAt,
        MfaEnabled = user.TwoFactorEnabled,
        Roles = await db.UserRoles.Where(ur => ur.UserId == user.Id).Join(db.Roles, ur => ur.RoleId, r => r.Id, (_, r) => r.Name!).Order().ToListAsync(cancel),
    };

    private async Task<object> SessionsAsync(Guid userId, CancellationToken cancel) =>
        (await db.Sessions.AsNoTracking().Where(s => s.UserId == userId).OrderBy(s => s.CreatedAt).ToListAsync(cancel)).Select(s => new
        {
            s.Id,
            Kind = s.Kind == SessionKind.Browser ? "browser" : "api",
            Device = DeviceLabel.FromClient(s.DeviceName, s.UserAgent),
            s.UserAgent,
            Ip = s.Ip?.ToString(),
            s.CreatedAt,
            s.LastSeenAt,
            EndedAt = s.RevokedAt,
            s.ExpiresAt,
        });

    private async Task<object> DevicesAsync(Guid userId, CancellationToken cancel) =>
        (await db.Set<KnownDevice>().AsNoTracking().Where(d => d.UserId == userId).OrderBy(d => d.CreatedAt).ToListAsync(cancel)).Select(d => new
        {
            Device = DeviceLabel.FromClient(d.DeviceName, d.UserAgent),
            d.UserAgent,
            Ip = d.Ip?.ToString(),
            d.CreatedAt,
            d.LastSeenAt,
            d.TrustedUntil,
            ForgottenAt = d.RevokedAt,
        });

    private async Task<object> PasskeysAsync(Guid userId, CancellationToken cancel) =>
        (await db.UserPasskeys.AsNoTracking().Where(p => p.UserId == userId).ToListAsync(cancel)).Select(p => new { p.Data.Name, p.Data.CreatedAt });

    private async Task<object> ExternalLoginsAsync(Guid userId, CancellationToken cancel) =>
        await db.ExternalLogins.Where(l => l.UserId == userId).OrderBy(l => l.CreatedAt)
            .Select(l => new { l.Provider, l.Issuer, l.Subject, l.Label, l.CreatedAt, l.LastUsedAt }).ToListAsync(cancel);

    private async Task<object> ApiTokensAsync(Guid userId, CancellationToken cancel) =>
        await db.Set<ApiToken>().AsNoTracking().Where(t => t.UserId == userId).OrderBy(t => t.CreatedAt)
            .Select(t => new { t.Name, t.Scopes, t.CreatedAt, t.ExpiresAt, t.LastUsedAt, t.RevokedAt }).ToListAsync(cancel);

    private async Task<object> GroupsAsync(Guid userId, CancellationToken cancel) =>
        await db.GroupMembers.Where(m => m.UserId == userId).Join(db.Groups, m => m.GroupId, g => g.Id, (m, g) => new { g.Id, g.Name, m.Role, m.JoinedAt })
            .OrderBy(g => g.JoinedAt).ToListAsync(cancel);

    private async Task<object> EventsAsync(Guid userId, CancellationToken cancel) =>
        (await db.SecurityEvents.AsNoTracking().Where(e => e.UserId == userId).OrderBy(e => e.Id).ToListAsync(cancel))
            .Select(e => new { e.At, e.Kind, Description = ActivityText.ForKind(e.Kind), Outcome = EventOutcome.ForKind(e.Kind), Ip = e.Ip?.ToString(), e.UserAgent, e.SessionId });
}
