using WebApp.Platform.Workers;

namespace WebApp.Features.Groups;

/// <summary>Groups, their members, invitations to them.</summary>
public static class GroupsSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers them.</summary>
        public void AddGroups()
        {
            builder.Services.AddSingleton<InvitationSecrets>();
            builder.Services.AddScoped<GroupDirectory>();
            builder.Services.AddScoped<GroupMembers>();
            builder.Services.AddScoped<GroupInvitations>();
            builder.Services.AddScoped<GroupAnswers>();
            builder.Services.AddScoped<GroupOversight>();
            builder.Services.AddScoped<GroupPages>();
            builder.Services.AddSingleton<GroupMembershipErasure>();

            // An expired one can be seen, and sent again, for as long as it lived.
            builder.Services.AddPruning("DELETE FROM group_invitations WHERE expires_at < $1 - interval '7 days'");
        }
    }
}
