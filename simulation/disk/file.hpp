#pragma once

#include "simulation/disk/disk.hpp"
#include "simulation/disk/inode.hpp"
#include "simulation/disk/sharing.hpp"

namespace simulation {

struct Disk::File {
  Inode inode;
  Sharing sharing;
};

}  // namespace simulation
