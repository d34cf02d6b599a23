using Microsoft.AspNetCore.Identity;

namespace WebApp.Data;

/// <summary>A named set of permissions (its role claims). <c>user</c> and <c>admin</c> are built in.</summary>
public sealed class Role : IdentityRole<Guid>;
