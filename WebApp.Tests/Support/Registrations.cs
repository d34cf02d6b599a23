using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit;
using WebApp.Features.Passwords;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;
using WebApp.Tests.Pages;

namespace WebApp.Tests.Support;

/// <summary>Accounts on their way.</summary>
public static class Registrations
{
    extension(TestApp app)
    {
        /// <summary>Confirms the newest registration that was mailed to an address, by its link and password.</summary>
        public async Task ConfirmAsync(string email, string password)
        {
            var mail = await Mailbox.NewestAsync(email, "/confirm-email", app.BaseAddress);
            var answer = await new ApiClient(app).PostAsync("/auth/confirm-email", new { token = mail.Token, password });
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NoContent), answer.Text);
        }

        /// <summary>An account as an earlier version made it at registration: unconfirmed, with the password of whoever registered.</summary>
        public async Task<Guid> AddUnfinishedAccountAsync(string email, string password)
        {
            var hash = await app.Services.GetRequiredService<PasswordHashing>().HashAsync(password, CancellationToken.None);
            await using var scope = app.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            var user = NewUser.Add(db, email, email.ToUpperInvariant(), confirmed: false, app.Clock.GetUtcNow(), passwordHash: hash);
            app.Services.GetRequiredService<AuditTrail>().Add(db, SecurityEventKind.Registered, new ClientInfo(IPAddress.Loopback, null), user.Id);
            await db.SaveChangesAsync();
            return user.Id;
        }

        /// <summary>An account as an import makes it: unconfirmed, without a password, with a role.</summary>
        public async Task<Guid> AddImportedAccountAsync(string email, params Guid[] roles)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            var user = NewUser.Add(db, email, email.ToUpperInvariant(), confirmed: false, app.Clock.GetUtcNow(), roles: roles);
            app.Services.GetRequiredService<AuditTrail>().Add(db, SecurityEventKind.Imported, new ClientInfo(null, "WebApp import"), user.Id);
            await db.SaveChangesAsync();
            return user.Id;
        }
    }
}
