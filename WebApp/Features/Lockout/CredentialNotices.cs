using Microsoft.Extensions.Options;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;

namespace WebApp.Features.Lockout;

/// <summary>
/// Tells people by mail that a credential or factor of theirs changed, each time with a link that takes the account back without signing in.
/// </summary>
public sealed class CredentialNotices(OneTimeSecrets secrets, Outbox outbox, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>How long the “this wasn't me” link works.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(7);

    /// <summary>Adds the mail to the caller's unit of work.</summary>
    /// <param name="db">The unit of work of the change.</param>
    /// <param name="userId">Whose account.</param>
    /// <param name="email">Where to write to.</param>
    /// <param name="subject">What happened, in a few words.</param>
    /// <param name="what">What happened, in a sentence.</param>
    /// <param name="client">Where it was done from.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task AddAsync(AppDbContext db, Guid userId, string email, string subject, string what, ClientInfo client, CancellationToken cancel)
    {
        var token = await NewLinkAsync(db, userId, email, cancel);
        var occasion = new Occasion(clock.GetUtcNow(), client.Ip, client.Device);
        outbox.Add(db, email, CredentialChangedMail.Compose(app.Value, subject, what, occasion, token), CredentialChangedMail.Kind);
    }

    /// <summary>
    /// Adds the secret of a “this wasn't me” link alone, for mails with words of their own. It remembers the address it goes to: should the
    /// account have moved to another by then, it comes back.
    /// </summary>
    public async Task<string> NewLinkAsync(AppDbContext db, Guid userId, string email, CancellationToken cancel) =>
        (await secrets.AddAsync(db, SecretPurpose.NotMe, userId, LinkLifetime, cancel, new() { Address = email })).Token;
}
