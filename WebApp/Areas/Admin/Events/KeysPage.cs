using Microsoft.AspNetCore.DataProtection.KeyManagement;
using WebApp.Features.Tokens;

namespace WebApp.Areas.Admin.Events;

/// <summary><c>/admin/keys</c>.</summary>
/// <param name="AreManaged">Whether the application makes the signing keys itself.</param>
/// <param name="Signing">Signing keys, newest first.</param>
/// <param name="Protection">Data Protection's keys, newest first.</param>
/// <param name="Now">The present (UTC).</param>
public sealed record KeysPage(bool AreManaged, IReadOnlyList<SigningKeyView> Signing, IReadOnlyList<IKey> Protection, DateTimeOffset Now);
