using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Applications;

/// <summary>Sets and finds the pictures of applications. An application of the configuration has one too: the configuration has no place for it.</summary>
public sealed class ApplicationLogos(AppDbContext db, AuditTrail audit)
{
    /// <summary>The picture with this hash, or null.</summary>
    public Task<ApplicationLogo?> FindAsync(string hash, CancellationToken cancel) =>
        db.ApplicationLogos.AsNoTracking().FirstOrDefaultAsync(logo => logo.Hash == hash, cancel);

    /// <summary>Gives an application a picture, as text: see <see cref="ApplicationLogo.Read"/>.</summary>
    public Task<ApplicationResult> SetAsync(RoleActor actor, string clientId, string? text, ClientInfo client, CancellationToken cancel) =>
        ReplaceAsync(actor, clientId, application => ApplicationLogo.Read(application.Id, text), isRemoval: false, client, cancel);

    /// <summary>Removes it.</summary>
    public Task<ApplicationResult> RemoveAsync(RoleActor actor, string clientId, ClientInfo client, CancellationToken cancel) =>
        ReplaceAsync(actor, clientId, _ => null, isRemoval: true, client, cancel);

    private async Task<ApplicationResult> ReplaceAsync(
        RoleActor actor, string clientId, Func<Application, ApplicationLogo?> read, bool isRemoval, ClientInfo client, CancellationToken cancel)
    {
        if (await db.Applications.SingleOrDefaultAsync(a => a.ClientId == clientId, cancel) is not { } application)
        {
            return new ApplicationResult.NotFound();
        }

        if (await ApplicationSettingsCheck.IsBeyondAsync(db, actor, application.OwnPermissions, cancel))
        {
            return new ApplicationResult.Forbidden(T("This application has permissions that you do not have."));
        }

        var logo = read(application);
        if (logo is null && !isRemoval)
        {
            return new ApplicationResult.Invalid([new FieldError("Picture", T("Choose a PNG, JPEG or WebP picture of at most {0} KiB.", ApplicationLogo.MaxBytes / 1024))]);
        }

        await using var transaction = await db.BeginAsync(cancel);
        application.LogoHash = logo?.Hash;
        application.ConcurrencyToken = Guid.NewGuid().ToString();
        audit.Add(db, SecurityEventKind.ApplicationChanged, client, actor.UserId, actor.SessionId, $"{(isRemoval ? "picture removed from" : "new picture for")} {clientId}");
        await db.SaveChangesAsync(cancel); // First: of two changes at once, one ends here.
        await db.ApplicationLogos.Where(l => l.ApplicationId == application.Id).ExecuteDeleteAsync(cancel);
        if (logo is not null)
        {
            db.ApplicationLogos.Add(logo);
            await db.SaveChangesAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
        return new ApplicationResult.Saved(ApplicationDirectory.View(application), null);
    }
}
